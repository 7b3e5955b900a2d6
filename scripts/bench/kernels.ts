/** Lines of the bench about single launches: what a training step of ours is made of, and how near each is to what the machine can do. */
import type { BenchPage } from './browser';
import { nameOf, type ContenderName, type LaunchTime } from './contender';
import type { Size } from './protocol';
import type { Spread, Trouble } from './report';

export interface KernelLine {
  engine: string;
  size: Size;
  launch: string;
  /** Sizes it ran at, for people: "rows 512, deep 128, wide 384". */
  shape: string;
  times_per_step: number;
  /** Of one run. */
  milliseconds: Spread;
  /** Only of launches that are matrix products. */
  gflops: number | null;
}

/** Floating-point operations of a run. Attention counts only the scores that are not masked. */
const FLOPS: Readonly<Record<string, (sizes: Record<string, number>) => number>> = {
  linearForward: product,
  linearInput: product,
  linearWeights: product,
  attentionForward: (sizes) => 2 * scores(sizes),
  attentionBackward: (sizes) => 5 * scores(sizes),
};

function product(sizes: Record<string, number>): number {
  return 2 * sizes['rows']! * sizes['deep']! * sizes['wide']!; // the three sizes of every linear launch
}

/** One product of queries and keys: B·H·½T(T + 1) scores of C/H terms. */
function scores(sizes: Record<string, number>): number {
  const { batch, columns, width } = sizes;
  return batch! * columns! * (columns! + 1) * width!; // the sizes of both attention launches
}

export async function measureKernels(page: BenchPage, contenders: readonly ContenderName[], size: Size, troubles: Trouble[], say: (line: string) => void): Promise<KernelLine[]> {
  const lines: KernelLine[] = [];
  for (const name of contenders.filter(({ library }) => library === 'nudge')) {
    const engine = nameOf(name);
    say(`  ${engine}: launches of a step`);
    try {
      const handle = await page.open(name, size);
      if (!handle) continue;
      await handle.train(2); // what compiles has compiled
      lines.push(...(await handle.launches()).map((time) => lineOf(engine, size, time)));
      await handle.close();
    } catch (error) {
      troubles.push({ engine, where: `launches ${size}`, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return lines.toSorted((a, b) => Number(a.engine > b.engine) - Number(a.engine < b.engine) || b.times_per_step * b.milliseconds.median - a.times_per_step * a.milliseconds.median);
}

function lineOf(engine: string, size: Size, { launch, sizes, times, milliseconds }: LaunchTime): KernelLine {
  const flops = FLOPS[launch]?.(sizes);
  return {
    engine,
    size,
    launch,
    shape: Object.entries(sizes).map(([name, value]) => `${name} ${value}`).join(', '),
    times_per_step: times,
    milliseconds,
    gflops: flops === undefined ? null : flops / milliseconds.median / 1e6,
  };
}
