/** Run files as a class hands them in. */
import { asRunId } from '../../src/contract/ids';
import { appendRow, emptyColumns } from '../../src/contract/metrics';
import type { PreferenceRecord } from '../../src/contract/preferences';
import { writeRunFile } from '../../src/storage/run-file';
import { bundleOf } from './fixtures';

const STEPS = 200;

/** Somebody found the first better. */
export const SAID: PreferenceRecord = { step: 1, question: 0, choice: 'a', by: 'visitor', time: 0, seconds: 2, prompt: { text: '♀ ', tokens: [2] }, a: { text: '♀ ann', ended: true, tokens: [3] }, b: { text: '♀ bea', ended: true, tokens: [4] } };

/** A run as large as one of names with its checkpoints: curves of two hundred steps, and three megabytes that no board looks at. */
export async function handedIn(seed: number, { gold = 4 + (seed % 7) / 10, said = [] }: { gold?: number; said?: PreferenceRecord[] } = {}): Promise<File> {
  const bundle = bundleOf({ id: `run-${seed}`, name: `run ${seed}`, recipe: 'names-ppo', seed, gold });
  const last = bundle.stages.at(-1)!; // a recipe has stages
  const metrics = emptyColumns();
  for (let step = 1; step <= STEPS; step++) appendRow(metrics, step, { loss: 1 / step, 'objective/kl': (8 * step) / STEPS, 'gold/reward': (gold * step) / STEPS, 'objective/scores': step / STEPS });
  last.history = { ...last.history, metrics, ...(said.length > 0 && { preferences: said }) };
  const noise = new Uint8Array(3_000_000); // cannot be packed, as weights cannot
  for (let at = 0; at < noise.length; at += 50_000) crypto.getRandomValues(noise.subarray(at, at + 50_000));
  last.checkpoints = [{ run: asRunId(`run-${seed}`), stage: last.stage.stage, step: 2, created: 1, state: { random: {}, counters: {} }, tensors: noise }];
  return new File([await writeRunFile(bundle, { appVersion: '0.1.0', vocabulary: ['a'] })], `pupil-${seed}.nudge`);
}
