import { pretrain, sft } from './names-stages';
import type { Recipe, RecipeStage } from './recipe';

/** Reward models of one size grow from a trunk of that size; the largest has the policy's own shape. */
interface Size {
  name: string;
  /** None: the run's shape. */
  modelSet?: Record<string, number>;
}

const SMALL: Size = { name: 'small', modelSet: { width: 16, layers: 1, heads: 2 } };
const MEDIUM: Size = { name: 'medium', modelSet: { width: 32, layers: 2, heads: 4 } };
const LARGE: Size = { name: 'large' };

/**
 * So few steps that the smallest set of labels is not yet only learned by heart, and the same for every number of labels, so that nothing else differs (LOG.md).
 * Sizes are compared after the whole training: a small model that has hardly begun misleads less, because it says less.
 */
const SHORT = 250;

/** A judge: three sizes with all labels, and three numbers of labels at the largest size. */
export const PROXIES: readonly { id: string; compares: 'size' | 'labels'; size: Size; set: Record<string, number> }[] = [
  { id: 'small', compares: 'size', size: SMALL, set: {} },
  { id: 'medium', compares: 'size', size: MEDIUM, set: {} },
  { id: 'large', compares: 'size', size: LARGE, set: {} },
  { id: 'few-labels', compares: 'labels', size: LARGE, set: { labels: 500, steps: SHORT } },
  { id: 'some-labels', compares: 'labels', size: LARGE, set: { labels: 4000, steps: SHORT } },
  { id: 'all-labels', compares: 'labels', size: LARGE, set: { steps: SHORT } },
];

const shaped = (stage: RecipeStage, { modelSet }: Size): RecipeStage => (modelSet ? { ...stage, modelSet } : stage);

/** A language model of a size, for reward models of that size to start from. */
const trunkOf = (size: Size): RecipeStage[] =>
  size.modelSet
    ? [shaped({ ...pretrain, id: `pretrain-${size.name}`, set: { steps: 1000 } }, size), shaped({ ...sft, id: `sft-${size.name}`, start: { policy: `pretrain-${size.name}` } }, size)]
    : [];

const judgeOf = ({ id, size, set }: (typeof PROXIES)[number]): RecipeStage =>
  shaped({ id: `reward-${id}`, algorithm: 'reward-model', start: { trunk: size.modelSet ? `sft-${size.name}` : 'sft' }, set }, size);

/** No KL penalty and a steady rate, so that the policy goes as far as its judge leads it. */
const policyOf = ({ id }: (typeof PROXIES)[number]): RecipeStage => ({ id: `ppo-${id}`, algorithm: 'ppo', start: { policy: 'sft', reward: `reward-${id}` }, set: { klCoef: 0, finalRate: 1, evaluateEvery: 40 } });

/** Far enough that the true reward turns down for most judges; fewer prompts than by default, for time. */
const bestOf = ({ id }: (typeof PROXIES)[number]): RecipeStage => ({ id: `best-of-n-${id}`, algorithm: 'best-of-n', start: { policy: 'sft', reward: `reward-${id}` }, set: { steps: 256, evaluateOn: 512, evaluateEvery: 64, saveEvery: 256 } });

export const namesOverOptimisation: Recipe = {
  id: 'names-over-optimisation',
  title: 'Names: over-optimisation',
  teaches: 'Reward models of three sizes and from three numbers of labels, each followed as far as it leads. Watch where the true reward turns down while the proxy still climbs.',
  task: 'names',
  stages: [pretrain, sft, ...[SMALL, MEDIUM].flatMap(trunkOf), ...PROXIES.map(judgeOf), ...PROXIES.map(bestOf), ...PROXIES.map(policyOf)],
  compares: PROXIES.flatMap(({ id }) => [`best-of-n-${id}`, `ppo-${id}`]),
};
