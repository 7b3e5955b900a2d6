/** Lines of the bench about single kernels. None is measured yet. */
import type { BenchPage } from './browser';
import type { Spread } from './report';

export interface KernelLine {
  kernel: string;
  pass: 'forward' | 'backward';
  engine: string;
  /** Sizes it ran at, for people: "512×128·128×384". */
  shape: string;
  /** Which of its variants, where it has more than one. */
  variant: string;
  milliseconds: Spread;
  gflops: number;
  /** Same work in plain TF.js operations on the same backend, as its median over this one's. */
  ratio_to_tfjs: number | null;
}

export async function measureKernels(_page: BenchPage): Promise<KernelLine[]> {
  return [];
}
