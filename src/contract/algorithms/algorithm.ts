/** What both threads know about an algorithm: its knobs, what it starts from, what it makes, what to chart. The loop is in workers/algorithms. */
import { knob, wholeKnob, type KnobSchema } from '../knobs';
import type { ChartedName } from '../metrics';

/** The kind of model an algorithm leaves behind for later stages. */
export type ModelKind = 'policy' | 'reward';
/** What a stage leaves behind: a model, or preference pairs to learn from. */
export type Product = ModelKind | 'pairs';

/** Role of methods that learn from pairs: a stage whose pairs are learned from in place of the task's own. */
export const PAIRS_START = { pairs: 'pairs' } as const;

/** What data can teach. Marks: completions called good or bad by themselves; pairs taken apart are such too. */
export type Lesson = 'texts' | 'demonstrations' | 'pairs' | 'marks';

export interface AlgorithmInfo<Config extends KnobSchema = KnobSchema> {
  id: string;
  title: string;
  /** One sentence for the stage card. */
  says: string;
  /** Paper or practice it follows. */
  source: string;
  /** What it starts from, by role. Without a model: from random weights. */
  starts: Readonly<Record<string, Product>>;
  /** Roles that may be left out; the algorithm says what it does then. */
  optional?: readonly string[];
  makes: Product;
  /** Which data of the task it learns from; left out where prompts are enough, or another stage brings what it learns from. */
  learnsFrom?: Lesson;
  config: Config;
  /** Texts in one row of a batch: two where rows are pairs. */
  texts: 1 | 2;
  /** Passes, forward and backward, that a step makes over each text with default knobs; a forward pass alone is a third. How long a run takes is foretold from it. */
  passes: number;
  /** Metrics worth a chart in the Lab, most telling first. */
  charts: readonly ChartedName[];
}

export const defineAlgorithm = <const Info extends AlgorithmInfo>(info: Info): Info => info;

/** Knobs of AdamW and its schedule, with this algorithm's defaults. */
export const optimizerKnobs = (given: { learningRate: number; steps: number; batchSize: number; source: string; batchOf: string; warmup?: number; finalRate?: { value: number; source: string } }) => ({
  steps: wholeKnob(given.steps, 1, 100_000, { title: 'Steps', help: 'Optimizer updates in this stage.', source: given.source, essential: true }),
  learningRate: knob(given.learningRate, 1e-6, 0.1, { title: 'Learning rate', help: 'Step size of AdamW after warm-up.', source: given.source, essential: true }),
  batchSize: wholeKnob(given.batchSize, 1, 1024, { title: 'Batch size', help: `${given.batchOf} per step.`, source: given.source }),
  warmup: wholeKnob(given.warmup ?? 10, 0, 10_000, { title: 'Warm-up', help: 'Steps over which the learning rate rises from 0.', source: 'A few percent of the run, as in most published recipes.' }),
  finalRate: knob(given.finalRate?.value ?? 0.1, 0, 1, { title: 'Final rate', help: 'Learning rate at the last step, as a fraction of the highest (cosine decay).', source: given.finalRate?.source ?? 'A tenth: GPT-3 (Brown et al. 2020).' }),
  weightDecay: knob(0.01, 0, 1, { title: 'Weight decay', help: 'Decoupled weight decay of AdamW, on matrices only.', source: 'PyTorch AdamW default; Loshchilov and Hutter 2019.' }),
  clipNorm: knob(1, 0.01, 100, { title: 'Gradient clip', help: 'Longest gradient allowed (global norm).', source: '1.0, as in GPT-3 and TRL.' }),
});

/** Knobs of looking at the run: how often to evaluate and to save. */
export const watchKnobs = (given: { evaluateEvery: number; saveEvery: number }) => ({
  evaluateEvery: wholeKnob(given.evaluateEvery, 1, 100_000, { title: 'Evaluate every', help: 'Steps between measurements on held-out data and fresh samples.', source: 'Ours: a few dozen points on each chart.' }),
  evaluateOn: wholeKnob(1024, 16, 4096, { title: 'Evaluate on', help: 'Held-out prompts of the last evaluation; four times as many held-out pairs. On the way a quarter of both.', source: 'Ours: a win rate over 1,024 has a standard error of at most 1.6 points.' }),
  saveEvery: wholeKnob(given.saveEvery, 1, 100_000, { title: 'Save every', help: 'Steps between checkpoints.', source: 'Ours: at most a few seconds of work are lost.' }),
});

/** Optimizer of methods that learn straight from preferences. */
export const directOptimizer = (given: { batchSize?: number; batchOf?: string; learningRate?: number } = {}) =>
  optimizerKnobs({ learningRate: given.learningRate ?? 3e-4, steps: 1200, batchSize: given.batchSize ?? 64, batchOf: given.batchOf ?? 'Pairs', warmup: 20, finalRate: { value: 0, source: '0: TRL lets the rate decay to nothing.' }, source: 'Ours: swept for DPO at this size (LOG.md), the same for its kin.' });

/** How much of the preference data is used. */
export const labelKnobs = {
  labels: wholeKnob(0, 0, 200_000, { title: 'Labels', help: 'Learn from only the first so many pairs of the data; 0 takes all.', source: '0: all there are.' }),
};

/** A reference that may follow the policy. */
export const referenceKnobs = {
  referenceSync: wholeKnob(0, 0, 100_000, { title: 'Sync reference every', help: 'Steps after which the reference is moved toward the policy; 0 never.', source: '0: the reference stays, Rafailov et al. 2023. TR-DPO (Gorbatovski et al. 2024) moves it; TRL every 512 steps.' }),
  referenceMixup: knob(0.6, 0, 1, { title: 'Sync mixture', help: 'Share of the policy in the moved reference.', source: '0.6: Gorbatovski et al. 2024; TRL default.' }),
};

/** What every direct method is watched by, after its own loss. */
export const DIRECT_CHARTS = ['rewards/margins', 'gold/reward', 'gold/gain', 'gold/win_rate', 'objective/kl', 'samples/perplexity', 'rewards/chosen', 'logps/chosen', 'eval_seen_rewards/accuracies', 'eval_unseen_rewards/accuracies', 'entropy', 'samples/length', 'samples/eos_rate', 'samples/distinct'] as const satisfies readonly ChartedName[];

/** How several completions of each prompt are drawn, and how far one batch of them may move the policy. */
export const groupKnobs = (given: { groupSize: number; source: string; iterationsSource: string }) => ({
  groupSize: wholeKnob(given.groupSize, 2, 64, { title: 'Group size', help: 'Completions of each prompt; must divide the batch size.', source: given.source }),
  iterations: wholeKnob(1, 1, 20, { title: 'Iterations', help: 'Updates on each batch of completions.', source: given.iterationsSource }),
  clipRange: knob(0.2, 0.01, 1, { title: 'Clip range', help: 'How far below 1 the ratio of new to sampling policy may push; first matters at the second iteration.', source: '0.2: TRL default (epsilon).' }),
  clipRangeHigh: knob(0.2, 0.01, 10, { title: 'Upper clip range', help: 'How far above 1.', source: '0.2: TRL takes the lower one’s; DAPO (Yu et al. 2025) 0.28.' }),
  temperature: knob(1, 0.1, 2, { title: 'Temperature', help: 'Sampling temperature; all log-probabilities use it too.', source: '1.0: TRL RLOO and GRPO default.' }),
});

/** What methods are watched by that compare the completions of a prompt. */
export const GROUP_CHARTS = ['objective/scores', 'gold/reward', 'gold/gain', 'objective/kl', 'samples/perplexity', 'gold/win_rate', 'reward_std', 'frac_reward_zero_std', 'entropy', 'loss/policy_avg', 'completions/mean_length', 'objective/length_correlation', 'completions/clipped_ratio', 'clip_ratio/region_mean', 'samples/eos_rate', 'samples/distinct', 'samples/valid_fraction'] as const satisfies readonly ChartedName[];
