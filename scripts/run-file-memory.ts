/**
 * How much memory it takes to write a run file of some 200 MB and to read it again, beside the run itself:
 *   node --expose-gc scripts/run.mjs scripts/run-file-memory.ts
 * Every number is bytes outside the heap of JavaScript (`arrayBuffers` and `external`) and the heap itself, after collecting what nobody holds any more, looked at whenever the work gives way.
 */
import { openAsBlob } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRunConfig } from '../src/contract/config';
import { asRunId } from '../src/contract/ids';
import { emptyColumns } from '../src/contract/metrics';
import { parameterShapes, sizeOf } from '../src/contract/model-shape';
import { readRunFile, runFilePieces } from '../src/storage/run-file';
import { previewRunFile } from '../src/storage/run-file-preview';
import type { RunBundle } from '../src/storage/run-store';
import { encodeSafetensors } from '../src/storage/safetensors';

const SHAPE = { width: 256, layers: 8, heads: 4, vocabulary: 1000, context: 48 };
const STAGES = ['pretrain', 'sft', 'dpo'];

function largeRun(): RunBundle {
  const { width, layers, heads } = SHAPE;
  const run = asRunId('run-large');
  const config = parseRunConfig({ recipe: 'large', seed: 1, task: { id: 'sentences' }, model: { width, layers, heads }, stages: STAGES.map((id, i) => ({ id, start: i === 0 ? {} : { policy: STAGES[i - 1] }, train: { algorithm: id } })) });
  const stages = STAGES.map((stage) => {
    const tensors = Object.fromEntries(['policy', 'policy.m', 'policy.v'].flatMap((model) => Object.entries(parameterShapes(SHAPE, 'none')).map(([name, shape]) => [`${model}/${name}`, { shape: [...shape], data: Float32Array.from({ length: sizeOf(shape) }, Math.random) }])));
    return {
      stage: { run, stage, step: 1, total: 1, finished: true, engine: null, updated: 1, seconds: 1 },
      history: { metrics: emptyColumns(), samples: [], events: [] },
      checkpoints: [{ run, stage, step: 1, created: 1, state: { random: {}, counters: {} }, tensors: encodeSafetensors(tensors) }],
    };
  });
  return { record: { id: run, name: 'large', config, created: 1, appVersion: '0', parents: [] }, stages };
}

function heldNow(): number {
  const { gc } = globalThis as { gc?: () => void }; // there with --expose-gc
  if (!gc) throw new Error('run-file-memory: want node --expose-gc');
  gc();
  const { heapUsed, external } = process.memoryUsage(); // external counts array buffers too
  return heapUsed + external;
}

/** @returns most that was held at any time between, above what was held before */
async function peakOf<Result>(work: () => Promise<Result>): Promise<{ peak: number; kept: number; resident: number; result: Result }> {
  const before = heldNow();
  const residentBefore = process.memoryUsage().rss;
  let [peak, resident] = [0, 0];
  const look = () => {
    const { heapUsed, external, rss } = process.memoryUsage();
    peak = Math.max(peak, heapUsed + external - before);
    resident = Math.max(resident, rss - residentBefore);
  };
  const timer = setInterval(look, 5);
  const result = await work();
  look();
  clearInterval(timer);
  return { peak, kept: heldNow() - before, resident, result };
}

const MB = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

export async function main(): Promise<void> {
  const path = join(tmpdir(), `nudge-${process.pid}.nudge`);
  let bundle: RunBundle | undefined = largeRun();
  const size = bundle.stages.reduce((sum, { checkpoints }) => checkpoints.reduce((inner, { tensors }) => inner + tensors.length, sum), 0);
  console.log(`a run with ${MB(size)} of weights in ${bundle.stages.length} checkpoints`);
  const written = await peakOf(async () => {
    const file = await open(path, 'w');
    for (const piece of await runFilePieces(bundle!, { appVersion: '0', vocabulary: Array.from({ length: SHAPE.vocabulary }, String) })) await file.write(piece); // made above
    await file.close();
  });
  const { size: bytes } = await stat(path);
  console.log(`writing ${MB(bytes)}: ${MB(written.peak)} above the run at most (resident: ${MB(written.resident)})`);
  bundle = undefined;
  const file = await openAsBlob(path);
  const previewed = await peakOf(() => previewRunFile(file));
  console.log(`looking at it: ${MB(previewed.peak)} at most (resident: ${MB(previewed.resident)})`);
  const read = await peakOf(() => readRunFile(file));
  console.log(`reading it: ${MB(read.peak)} at most, of which ${MB(read.kept)} are the run (resident: ${MB(read.resident)}); ${read.result.stages.length} stages`);
  await rm(path);
}
