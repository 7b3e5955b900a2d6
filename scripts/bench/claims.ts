/** The promises of speed, each with what was reached here. A figure of an engine whose losses are off counts for nothing. */
import { LARGEST_DEVIATION } from './training';
import type { Claim, Report } from './report';
import type { Size } from './protocol';

type Measured = Pick<Report, 'training' | 'generation' | 'host'>;

export function claimsOf(measured: Measured): Claim[] {
  const step = (engine: string, size: Size) => measured.training.find((row) => row.engine === engine && row.size === size && row.counts)?.milliseconds_per_step.median;
  const generated = (engine: string) => measured.generation.find((row) => row.engine === engine && row.batch === 64)?.milliseconds.median;
  const host = (engine: string) => measured.host.find((row) => row.engine === engine && row.size === '0.83M');
  const over = (peer: number | undefined, ours: number | undefined): number | null => (peer === undefined || ours === undefined ? null : peer / ours);
  const atLeast = (id: string, says: string, wanted: number, reached: number | null): Claim => ({ id, says, wanted, reached, holds: reached !== null && reached >= wanted });
  const atMost = (id: string, says: string, wanted: number, reached: number | null): Claim => ({ id, says, wanted, reached, holds: reached !== null && reached <= wanted });

  const faster = (id: string, ours: string, peer: string, size: Size, wanted: number) => atLeast(id, `training step at ${size}: ${ours} against ${peer}, times as fast`, wanted, over(step(peer, size), step(ours, size)));
  const generates = (id: string, ours: string, peer: string, wanted: number) => atLeast(id, `48 tokens for 64 rows: ${ours} against ${peer}, times as fast`, wanted, over(generated(peer), generated(ours)));
  const [oursOnHost, jaxOnHost] = [host('nudge webgpu'), host('jax-js webgpu')];
  const follows = (engine: string, wanted: number) => {
    const rows = measured.training.filter((row) => row.engine === engine);
    return atMost(`e-${engine.replaceAll(' ', '-')}`, `${engine}: largest deviation of a loss from the float64 reference`, wanted, rows.length > 0 ? Math.max(...rows.map(({ parity }) => parity.largest_deviation)) : null);
  };

  return [
    faster('a1', 'nudge wasm', 'jax-js wasm', '0.83M', 2),
    faster('a2', 'nudge wasm', 'tfjs wasm', '0.83M', 10),
    faster('a3', 'nudge wasm fast', 'jax-js wasm', '0.83M', 3),
    faster('a4', 'nudge wasm', 'jax-js wasm', '0.12M', 2),
    faster('b1', 'nudge webgpu', 'jax-js webgpu', '0.83M', 3),
    faster('b2', 'nudge webgpu', 'tfjs webgpu', '0.83M', 10),
    atMost('c1', 'dispatches of a training step at 0.83M', 140, oursOnHost?.dispatches_per_step ?? null),
    atMost('c2', 'host time of a training step at 0.83M on the null adapter, as a share of jax-js', 0.2, over(oursOnHost?.milliseconds_per_step.median, jaxOnHost?.milliseconds_per_step.median)),
    generates('d1', 'nudge wasm', 'tfjs wasm', 10),
    generates('d2', 'nudge webgpu', 'tfjs webgpu', 10),
    generates('d3', 'nudge wasm', 'jax-js wasm', 3),
    generates('d4', 'nudge webgpu', 'jax-js webgpu', 3),
    follows('nudge wasm', 0.01),
    follows('nudge wasm fast', 0.01),
    follows('nudge webgpu', 0.02),
    ...['tfjs wasm', 'tfjs webgpu', 'jax-js wasm', 'jax-js webgpu'].map((engine) => follows(engine, LARGEST_DEVIATION)),
  ];
}
