/**
 * Makes a finished run's policy the base that comes with the page: its weights in half precision, and beside them what made it.
 *
 *   npm run recipe -- sentences-pretrain --seed 1 --out base.nudge
 *   npm run base -- base.nudge [stage]
 *
 * Writes public/bases/<task>.safetensors and <task>.json (command, seed, settings, curve). The stage is the run's last where none is named.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ALGORITHMS } from '../src/contract/algorithms';
import { baseFile, baseNotes } from '../src/contract/algorithms/base';
import { modelOf, settingsBetween, stageOf } from '../src/contract/config';
import { configOf, recipeOf } from '../src/recipes';
import { readRunFile } from '../src/storage/run-file';
import { decodeSafetensors, encodeSafetensors } from '../src/storage/safetensors';

/** What a visitor should not have to wait for, bytes. */
const MOST = 6_000_000;

export async function main([file = '', named]: string[]): Promise<number> {
  const { record: { config, appVersion }, stages } = await readRunFile(new Uint8Array(await readFile(file)));
  const found = named === undefined ? stages.at(-1) : stages.find(({ stage }) => stage.stage === named);
  const [checkpoint] = found?.checkpoints ?? [];
  if (!found || !checkpoint || !found.stage.finished) throw new Error(`want a finished stage, got ${named ?? 'none'}`);
  const { stage, history: { metrics } } = found;
  const { algorithm } = stageOf(config, stage.stage).train;
  if (ALGORITHMS[algorithm].makes !== 'policy') throw new Error(`want a policy, got what ${algorithm} makes`);

  const policy = Object.fromEntries(Object.entries(decodeSafetensors(checkpoint.tensors)).filter(([name]) => name.startsWith('policy/')));
  const bytes = encodeSafetensors(policy, {}, 'F16');
  if (bytes.length > MOST) throw new Error(`want at most ${MOST} bytes, got ${bytes.length}`);

  const { columns, steps } = metrics;
  const curve = steps.flatMap((step, i) => {
    const heldOut = columns.eval_loss?.[i] ?? null;
    return heldOut === null ? [] : [{ step, loss: columns.loss?.[i] ?? null, eval_loss: heldOut }];
  });
  const settings = settingsBetween(configOf(recipeOf(config.recipe), config.seed), config);
  const notes = {
    command: ['npm run recipe --', config.recipe, `--seed ${config.seed}`, ...settings.map((setting) => `--set ${setting}`), '--out base.nudge'].join(' '),
    stage: stage.stage, seed: config.seed, task: config.task, model: modelOf(config, stage.stage), train: stageOf(config, stage.stage).train,
    steps: stage.step, seconds: Math.round(stage.seconds), engine: stage.engine, appVersion, bytes: bytes.length, curve,
  };
  const target = (name: string) => `public/${name}`;
  await mkdir(dirname(target(baseFile(config.task.id))), { recursive: true });
  await writeFile(target(baseFile(config.task.id)), bytes);
  await writeFile(target(baseNotes(config.task.id)), `${JSON.stringify(notes, null, 1)}\n`);
  console.log(`${target(baseFile(config.task.id))}, ${bytes.length} bytes, held-out loss ${curve.at(-1)?.eval_loss.toFixed(4) ?? 'not measured'}`);
  return 0;
}
