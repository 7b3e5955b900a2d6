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

/** Preference pairs a reward model learns from. */
const LABELS = { few: { labels: 500 }, some: { labels: 4000 }, all: {} } as const;

/** Of every judge, so that nothing but its size or its labels differs. So many that the smallest set is not yet only learned by heart (LOG.md). */
const JUDGE_STEPS = 250;

/** A judge: sizes at all labels, and numbers of labels at the largest size. */
export const PROXIES: readonly { id: string; size: Size; labels: keyof typeof LABELS }[] = [
  { id: 'small', size: SMALL, labels: 'all' },
  { id: 'medium', size: MEDIUM, labels: 'all' },
  { id: 'large', size: LARGE, labels: 'all' },
  { id: 'some-labels', size: LARGE, labels: 'some' },
  { id: 'few-labels', size: LARGE, labels: 'few' },
];

const shaped = (stage: RecipeStage, { modelSet }: Size): RecipeStage => (modelSet ? { ...stage, modelSet } : stage);

/** A language model of a size, for reward models of that size to start from. */
const trunkOf = (size: Size): RecipeStage[] =>
  size.modelSet
    ? [shaped({ ...pretrain, id: `pretrain-${size.name}`, set: { steps: 1000 } }, size), shaped({ ...sft, id: `sft-${size.name}`, start: { policy: `pretrain-${size.name}` } }, size)]
    : [];

const judgeOf = ({ id, size, labels }: (typeof PROXIES)[number]): RecipeStage =>
  shaped({ id: `reward-${id}`, algorithm: 'reward-model', start: { trunk: size.modelSet ? `sft-${size.name}` : 'sft' }, set: { ...LABELS[labels], steps: JUDGE_STEPS } }, size);

/** No KL penalty and a steady rate, so that the policy goes as far as its judge leads it. */
const policyOf = ({ id }: (typeof PROXIES)[number]): RecipeStage => ({ id: `ppo-${id}`, algorithm: 'ppo', start: { policy: 'sft', reward: `reward-${id}` }, set: { klCoef: 0, finalRate: 1, evaluateEvery: 40 } });

/** As far as a proxy is misleading; fewer prompts than by default, for time. */
const bestOf = ({ id }: (typeof PROXIES)[number]): RecipeStage => ({ id: `best-of-n-${id}`, algorithm: 'best-of-n', start: { policy: 'sft', reward: `reward-${id}` }, set: { steps: 256, evaluateOn: 512, evaluateEvery: 64, saveEvery: 256 } });

export const namesOverOptimisation: Recipe = {
  id: 'names-over-optimisation',
  title: 'Names: over-optimisation',
  teaches: 'Reward models of three sizes and from three numbers of labels, each followed as far as it leads. Watch where the true reward turns down while the proxy still climbs.',
  task: 'names',
  stages: [pretrain, sft, ...[SMALL, MEDIUM].flatMap(trunkOf), ...PROXIES.map(judgeOf), ...PROXIES.map(bestOf), ...PROXIES.map(policyOf)],
  compares: PROXIES.flatMap(({ id }) => [`best-of-n-${id}`, `ppo-${id}`]),
};
