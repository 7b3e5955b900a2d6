/**
 * A reward model's scale after training, so that a KL coefficient means the same for every reward model: r' = gain·r + bias, folded into the score head.
 * Ziegler et al. 2019 (reference samples to mean 0 and deviation 1); N+ implementation details, Huang et al. 2024 (demonstrations to mean 0).
 * Departure: no normalisation before training, because a head that starts at 0 gives every text the reward 0.
 */
import type { NORMALISATIONS } from '../../src/contract/algorithms/reward-model';
import type { Example } from '../../src/tasks/task';
import { generate } from '../model/generate';
import type { Parameters, Views, Weights } from '../model/parameters';
import { rewardsOf } from './judge';
import { momentsOf } from './shaped-reward';
import type { Stage } from './stage';

type Kind = Exclude<(typeof NORMALISATIONS)[number], 'none'>;

export interface Scale {
  gain: number;
  bias: number;
}

/** Texts to go by: 256 samples, as Ziegler et al. 2019. */
const TEXTS = 256;

/** What brings these rewards to mean 0 and, for reference samples, deviation 1. Rewards without spread keep their scale. */
export function scaleFor(kind: Kind, rewards: ArrayLike<number>): Scale {
  const { count, mean, squares } = momentsOf(rewards);
  const gain = kind === 'reference' && squares > 0 ? 1 / Math.sqrt(squares / count) : 1;
  return { gain, bias: -gain * mean };
}

/** The same weights, whose rewards are gain·r + bias. */
export function rescaled(weights: Weights, { gain, bias }: Scale): Weights {
  const scaled = (name: string, plus: number) => Float32Array.from(weights.get(name) ?? [], (x) => gain * x + plus);
  return new Map([...weights, ['score.weight', scaled('score.weight', 0)], ['score.bias', scaled('score.bias', bias)]]);
}

/** Rescales reward models in place, each by its own rewards of the same texts. @param start the model they began from, which answers */
export async function normaliseHeads(stage: Stage, kind: Kind, models: readonly Parameters[], start: Views): Promise<void> {
  const rows = kind === 'reference' ? await referenceSamples(stage, start) : demonstrations(stage);
  for (const model of models) model.assign(rescaled(await model.read(), scaleFor(kind, await rewardsOf(model.views, rows))));
}

async function referenceSamples(stage: Stage, start: Views): Promise<Example[]> {
  const drawPrompt = stage.freshRandom('normalise: prompts');
  const prompts = Array.from({ length: TEXTS }, () => stage.task.prompt('train', drawPrompt));
  const completions = await generate(start, prompts, stage.freshRandom('normalise: completions'));
  return prompts.map((prompt, i) => ({ prompt, completion: completions[i]! }));
}

function demonstrations(stage: Stage): Example[] {
  const random = stage.freshRandom('normalise: demonstrations');
  const count = stage.task.demonstrationCount('train');
  return Array.from({ length: TEXTS }, () => stage.task.demonstration('train', random.below(count), random));
}
