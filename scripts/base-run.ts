/** A run that starts from the model of a run file, in place of training its first stage: what “Start … from” is on the page. */
import { openAsBlob } from 'node:fs';
import { access } from 'node:fs/promises';
import { ALGORITHMS } from '../src/contract/algorithms';
import { stageOf, type RunConfig } from '../src/contract/config';
import { Failure } from '../src/contract/failures';
import { checkpointOffers, fittedTo, type Borrowed } from '../src/state/borrow';
import type { RunStore } from '../src/storage/run-store';
import { importRun } from '../src/storage/transfer';

/** @returns the configuration as it must be to start from that file's last policy, and the checkpoint by the stage it stands for. The file's run is put into the store. Throws what importing throws, `missing-checkpoint`, `checkpoint-mismatch`. */
export async function basedOn(store: RunStore, path: string, asked: RunConfig): Promise<{ config: RunConfig; borrowed: Borrowed }> {
  await access(path); // says which file it is that is not there; openAsBlob does not
  const source = await importRun(store, await openAsBlob(path));
  const makesPolicy = (config: RunConfig, id: string) => ALGORITHMS[stageOf(config, id).train.algorithm].makes === 'policy';
  const refs = await store.checkpoints(source.id);
  const last = source.config.stages.findLast(({ id }) => makesPolicy(source.config, id) && refs.some(({ stage }) => stage === id));
  const stage = asked.stages.find(({ id, start }) => Object.keys(start).length === 0 && makesPolicy(asked, id));
  if (!last || !stage) throw new Failure('missing-checkpoint', last ? `${asked.recipe} has no stage that a model could stand for` : `${path} holds no policy`);
  const config = fittedTo(asked, source.config);
  const ref = refs.find((each) => each.stage === last.id)!; // one was found; the newest comes first
  const offers = (await checkpointOffers(store, config))[stage.id] ?? [];
  if (!offers.some((offer) => offer.ref.run === ref.run && offer.ref.stage === ref.stage && offer.ref.step === ref.step)) throw new Failure('checkpoint-mismatch', `${path}, ${ref.stage}: it is of another task or of another shape than ${stage.id} wants`);
  return { config, borrowed: { [stage.id]: ref } };
}
