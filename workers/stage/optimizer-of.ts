/** Which optimizer a stage's knobs ask for, as it goes on from a checkpoint or begins. */
import type { LoraConfig } from '../../src/contract/algorithms/lora-knobs';
import type { Random } from '../../src/contract/random';
import { initialAdapters, LoraAdamW } from '../model/lora';
import { AdamW, type Optimizer, type OptimizerConfig } from '../model/optimizer';
import type { Parameters, Weights } from '../model/parameters';

export type StageOptimizerConfig = OptimizerConfig & Partial<LoraConfig>;

interface Before {
  /** Numbers that the model was given. */
  weights: Weights;
  /** A part of what a checkpoint holds of the optimizer; empty or undefined where there is none, as of a stage that was borrowed from one trained in another way. */
  kept(part: string): Weights | undefined;
  updates: number;
  /** What adapters are drawn from. */
  random(): Random;
}

export function optimizerOf(parameters: Parameters, config: StageOptimizerConfig, { weights, kept, updates, random }: Before): Optimizer {
  const { loraRank: rank = 0, loraAlpha: alpha = rank, loraTargets: targets = 'attention' } = config;
  const filled = (part: string) => {
    const found = kept(part);
    return found && found.size > 0 ? found : undefined;
  };
  const momentsOf = (parts: readonly [m: string, v: string]) => {
    const [m, v] = parts.map(filled);
    return m && v && { updates, moments: { m, v } };
  };
  if (rank === 0) {
    const before = momentsOf(['m', 'v']);
    return new AdamW(parameters, config, before?.updates, before?.moments);
  }
  const [adapters, frozen] = [filled('lora'), filled('frozen')];
  const start = adapters && frozen ? { adapters, frozen, ...momentsOf(['lora.m', 'lora.v']) } : { adapters: initialAdapters(parameters.views.shape, { rank, targets }, random()), frozen: weights };
  return new LoraAdamW(parameters, config, { rank, alpha, targets }, start);
}
