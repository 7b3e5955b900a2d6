/**
 * Writes weights and tokens of the bench's protocol as plain numbers, for test/golden/write-loss-curves.py:
 *   node scripts/run.mjs scripts/bench/write-golden-inputs.ts <folder>
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parameterShapes } from '../../src/contract/model-shape';
import { ADAM, BATCH, CONTEXT, CURVE_STEPS, shapeOf, SIZE_NAMES, startWeights, tokensOf } from './protocol';

export async function main([folder]: string[]): Promise<number> {
  if (!folder) {
    console.error('want a folder to write to');
    return 2;
  }
  await mkdir(folder, { recursive: true });
  const tokens = new Int32Array(CURVE_STEPS * BATCH * (CONTEXT + 1));
  for (let step = 0; step < CURVE_STEPS; step++) tokens.set(tokensOf(step), step * BATCH * (CONTEXT + 1));
  await writeFile(join(folder, 'tokens.i32'), new Uint8Array(tokens.buffer));
  const sizes: Record<string, unknown> = {};
  for (const size of SIZE_NAMES) {
    const shape = shapeOf(size);
    const weights = startWeights(size);
    const shapes = parameterShapes(shape, 'none');
    await writeFile(join(folder, `${size}.f32`), Buffer.concat([...weights.values()].map((each) => new Uint8Array(each.buffer, each.byteOffset, each.byteLength))));
    sizes[size] = { shape, parameters: shapes };
  }
  await writeFile(join(folder, 'inputs.json'), JSON.stringify({ batch: BATCH, context: CONTEXT, steps: CURVE_STEPS, adam: ADAM, sizes }));
  return 0;
}
