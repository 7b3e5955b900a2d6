/**
 * Every number a run may report: unit, meaning, and where it is healthy. Names are TRL's where TRL has one
 * (reward, DPO and PPO trainers, 2026-07); `gold/*` and `samples/*` are ours.
 * Chart titles, tooltips, table headers and exported files are all made from this table.
 */
import { ofStart, type Healthy } from './health';

export interface MetricInfo {
  unit: string;
  /** One sentence, shown on hover. */
  means: string;
  /** Whose measure it is: the trainer that logs it under this name, or the paper that defines it. `OWN` where it is ours. */
  source: string;
  /** Where a healthy run stays; drawn as a shaded band. Open ends are left out. Whatever is charted has it. Numbers are ours where no source stands beside them. */
  healthy?: Healthy;
  /** What a task, or a run of it, must have for it to be measured at all. */
  needs?: Need;
}

/** gold: a true reward. seen: held-out pairs of what training met in other pairs. base: a stage of the run that is the model which comes with the page. */
export type Need = 'gold' | 'seen' | 'base';

/** What each task says of metrics: what its true reward is counted in and what it is there, what it has none of, and where a metric is healthy, if that is another place than elsewhere. */
export interface TaskWords {
  /** Both left out where there is no true reward. */
  goldUnit?: string;
  goldMeans?: string;
  /** What is never measured there. */
  lacks?: readonly Need[];
  healthy?: Partial<Record<string, Healthy>>;
}

/** Stands for the unit that each task says. */
const GOLD = 'gold';

/** Of metrics that are Nudge's own. */
export const OWN = 'Nudge';

export const METRICS = {
  loss: { unit: 'nats', source: 'transformers, Trainer', means: 'The objective being minimised, averaged over the batch.', healthy: { high: ofStart({ times: 1.2 }), leaving: 'Above where it began the model does worse than before the stage: lower the learning rate.' } },
  entropy: { unit: 'nats/token', source: 'TRL, SFTTrainer', means: 'How undecided the policy is about the next token, averaged over completion tokens.', healthy: { low: 0.2, leaving: 'Near 0 the policy says the same thing every time.' } },
  mean_token_accuracy: { unit: 'fraction', source: 'TRL, SFTTrainer', means: 'Share of completion tokens that were the most likely next token.', healthy: { low: ofStart({ times: 0.8 }), leaving: 'Below where it began the model guesses the next token worse than before the stage.' } },
  grad_norm: { unit: '–', source: 'transformers, Trainer', means: 'Length of the gradient of all that is trained, before it was clipped.' },
  learning_rate: { unit: '–', source: 'transformers, Trainer', means: 'Step size of AdamW at this step, after warm-up and decay.' },
  num_tokens: { unit: 'tokens', source: 'TRL, SFTTrainer', means: 'Tokens trained on since the stage began, padding left out.' },
  eval_loss: { unit: 'nats', source: 'transformers, Trainer', means: 'The loss on held-out data, which training never sees.', healthy: { high: ofStart({ times: 1.05 }), leaving: 'Above where it began the model learns its training data by heart: train for fewer steps or on more data.' } },

  accuracy: { unit: 'fraction', source: 'TRL, RewardTrainer', means: 'Share of pairs in the batch where the chosen completion got the higher reward.', healthy: { low: 0.5, leaving: 'Below 0.5 the reward model prefers what people did not choose.' } },
  margin: { unit: 'reward', source: 'TRL, RewardTrainer', means: 'Mean reward of chosen minus rejected.', healthy: { low: 0, leaving: 'Below 0 the reward model scores what people rejected higher.' } },
  min_reward: { unit: 'reward', source: 'TRL, RewardTrainer', means: 'Lowest reward in the batch.' },
  mean_reward: { unit: 'reward', source: 'TRL, RewardTrainer', means: 'Mean reward in the batch.', healthy: { low: -5, high: 5, leaving: 'Far from 0 the rewards have drifted: raise centring, since only differences of rewards were learned.' } },
  max_reward: { unit: 'reward', source: 'TRL, RewardTrainer', means: 'Highest reward in the batch.' },
  eval_seen_accuracy: { needs: 'seen', unit: 'fraction', source: OWN, means: 'Reward-model accuracy on held-out pairs that are made of what it met in other pairs.', healthy: { low: 0.5, leaving: 'Below 0.5 the reward model judges worse than a coin.' } },
  eval_unseen_accuracy: { unit: 'fraction', source: OWN, means: 'Reward-model accuracy on pairs of which it never met either side.', healthy: { low: 0.5, leaving: 'Below 0.5 what it learned of what it met is wrong for what it never met.' } },
  eval_gold_accuracy: { unit: 'fraction', source: OWN, means: 'Share of the same held-out pairs that the reward model ranks as the true reward does, whatever people said of them; pairs that are truly equal are left out.', healthy: { low: 0.5, leaving: 'Below 0.5 it has learned the opposite of what is true.' } },
  label_accuracy: { unit: 'fraction', source: OWN, means: 'Share of the labels trained on that agree with the true reward; pairs that are truly equal are left out.' },
  label_kappa: { unit: '–', source: 'Fleiss 1971', means: 'How far the raters agreed on the pairs trained on, beyond chance (Fleiss’ kappa): 1 always, 0 as often as coins.' },
  eval_nll: { unit: 'nats', source: 'Bradley and Terry 1952', means: 'Mean −log σ(margin) on held-out pairs: how surprised the reward model is by what people chose.', healthy: { high: 0.693, leaving: 'Above ln 2 = 0.693 a coin would be less surprised: the reward model is sure of the wrong things.' } },
  eval_brier: { unit: '–', source: 'Brier 1950', means: 'Mean squared distance between σ(margin) and what was chosen, on held-out pairs (Brier score).', healthy: { high: 0.25, leaving: 'Above a quarter it knows less than one that always says 50 %.' } },
  eval_ece: { unit: 'fraction', source: 'Guo et al. 2017', means: 'Calibration error: how far what it says lies from how often it is right, on average over 15 bins, sides drawn by chance.', healthy: { high: 0.05, leaving: 'Above 5 points its margins cannot be read as chances: it is too sure or not sure enough.' } },
  eval_temperature: { unit: '–', source: 'Guo et al. 2017', means: 'The temperature that would calibrate its margins, fitted on half of the held-out pairs; 1 is calibrated.', healthy: { low: 0.67, high: 1.5, leaving: 'Far above 1 it is too sure of itself, as when it has learned its pairs by heart; far below 1 it is too timid.' } },

  'rewards/chosen': { unit: 'nats', source: 'TRL, DPOTrainer', means: 'Implicit reward of chosen completions: β times the log-ratio of policy to reference; in ORPO and SimPO, which have no reference, β times their mean log-probability.', healthy: { low: ofStart({ plus: -1 }), leaving: 'Far below where it began chosen completions become less likely too, and margins grow only because rejected ones fall faster (likelihood displacement).' } },
  'rewards/rejected': { unit: 'nats', source: 'TRL, DPOTrainer', means: 'Implicit reward of rejected completions.', healthy: { high: ofStart({ plus: 0.5 }), leaving: 'Above where it began the policy makes rejected completions likelier, which nobody asked for.' } },
  'rewards/margins': { unit: 'nats', source: 'TRL, DPOTrainer', means: 'Implicit reward of chosen minus rejected; rises from 0 as DPO learns.', healthy: { low: 0, leaving: 'Below 0 the policy moves against the preferences.' } },
  'rewards/accuracies': { unit: 'fraction', source: 'TRL, DPOTrainer', means: 'Share of pairs where the chosen completion has the higher implicit reward.', healthy: { low: 0.5, leaving: 'Below 0.5 the policy is moving against the preferences.' } },
  'logps/chosen': { unit: 'nats', source: 'TRL, DPOTrainer', means: 'Log-probability of whole chosen completions; falling while margins rise is likelihood displacement.', healthy: { low: ofStart({ plus: -5 }), leaving: 'Far below where it began the policy forgets the chosen completions: raise β or lower the learning rate.' } },
  'logps/rejected': { unit: 'nats', source: 'TRL, DPOTrainer', means: 'Log-probability of whole rejected completions.', healthy: { high: ofStart({ plus: 3 }), leaving: 'Above where it began rejected completions become likelier, which nobody asked for.' } },
  'eval_seen_rewards/accuracies': { needs: 'seen', unit: 'fraction', source: OWN, means: 'Implicit-reward accuracy on held-out pairs that are made of what training met in other pairs.', healthy: { low: 0.5, leaving: 'Below 0.5 the policy prefers what people rejected.' } },
  'eval_unseen_rewards/accuracies': { unit: 'fraction', source: OWN, means: 'Implicit-reward accuracy on pairs of which training never met either side.', healthy: { low: 0.5, leaving: 'Below 0.5 what it learned of what it met is wrong for what it never met.' } },

  nll_loss: { unit: 'nats/token', source: 'TRL, ORPOTrainer', means: 'Minus the mean log-probability of a token of chosen completions: what fine-tuning on them alone would minimise.', healthy: { high: ofStart({ times: 1.2 }), leaving: 'Above where it began the policy forgets how to say the chosen completions: lower the learning rate or the weight of the comparison.' } },
  log_odds_chosen: { unit: 'nats', source: 'TRL, ORPOTrainer', means: 'Log-odds of chosen completions minus those of rejected ones (ORPO); rises from near 0 as it learns.', healthy: { low: -1, leaving: 'Far below 0 the policy finds rejected completions the likelier ones.' } },
  log_odds_ratio: { unit: 'nats', source: 'TRL, ORPOTrainer', means: 'Mean log σ of that difference: ORPO’s penalty before its weight, 0 at best.', healthy: { low: -1.5, leaving: 'Below log ½ (−0.69), which a policy with no opinion has, it finds rejected completions the likelier ones.' } },
  kl: { unit: 'nats', source: 'TRL, RLOOTrainer, GRPOTrainer, KTOTrainer', means: 'How far the policy is from its reference. RLOO, REINFORCE++ (k1) and GRPO (k3): mean over completion tokens, in nats a token. KTO: its reference point, from completions under prompts they do not answer, never below 0.', healthy: { high: 10, leaving: 'Above about 10 nats the policy has left the reference behind: raise β or lower the learning rate.' } },

  reward: { unit: 'reward', source: 'TRL, GRPOTrainer', means: 'Mean score of the sampled completions, before any KL penalty.' },
  reward_std: { unit: 'reward', source: 'TRL, GRPOTrainer', means: 'Standard deviation of the scores over the whole batch.', healthy: { low: ofStart({ times: 0.1 }), leaving: 'Near 0 all completions score alike, and there is little left to learn from.' } },
  frac_reward_zero_std: { unit: 'fraction', source: 'TRL, GRPOTrainer', means: 'Share of groups in which every completion got the same reward, so that nothing can be learned from them.', healthy: { high: 0.8, leaving: 'Near 1 nearly all sampling is wasted: the prompts are too easy or too hard, or the policy says one thing only.' } },
  'completions/mean_length': { unit: 'tokens', source: 'TRL, GRPOTrainer', means: 'Mean length of the completions sampled for training.', healthy: { low: ofStart({ times: 0.5 }), high: ofStart({ times: 2 }), leaving: 'Half or twice the length it began with: the judge may be paying for length, not for what is said.' } },
  'completions/min_length': { unit: 'tokens', source: 'TRL, GRPOTrainer', means: 'Length of the shortest of them.' },
  'completions/max_length': { unit: 'tokens', source: 'TRL, GRPOTrainer', means: 'Length of the longest of them.' },
  'completions/mean_terminated_length': { unit: 'tokens', source: 'TRL, GRPOTrainer', means: 'Mean length of those that ended by themselves; 0 when none did.' },
  'completions/clipped_ratio': { unit: 'fraction', source: 'TRL, GRPOTrainer', means: 'Share of completions that were cut because they did not end by themselves.', healthy: { high: 0.2, leaving: 'Above 0.2 many completions run to the end of what the model can read: the reward does not mind, or even likes, length.' } },
  'clip_ratio/low_mean': { unit: 'fraction', source: 'TRL, GRPOTrainer', means: 'Share of ratios on which the lower clip bound decided: bad completions already made less likely enough. Tokens in GRPO, completions in RLOO.' },
  'clip_ratio/high_mean': { unit: 'fraction', source: 'TRL, GRPOTrainer', means: 'Share of ratios on which the upper clip bound decided: good completions already made more likely enough.' },
  'clip_ratio/region_mean': { unit: 'fraction', source: 'TRL, GRPOTrainer', means: 'Share of ratios on which either clip bound decided; 0 where each batch is used for one update only.', healthy: { high: 0.3, leaving: 'Above 0.3 most of the update is being cut off: lower the learning rate or the iterations.' } },

  episode: { unit: 'completions', source: 'TRL, PPOTrainer', means: 'Completions sampled since the stage began.' },
  'objective/kl': { unit: 'nats', source: 'TRL, PPOTrainer', means: 'How far the policy has moved from the reference: k1 estimate, summed over each completion, averaged over the rollout.', healthy: { low: -0.5, high: 10, leaving: 'Above about 10 nats the policy has left the reference behind and the reward model can no longer be trusted.' } },
  'objective/kl_coef': { unit: '–', source: 'Ziegler et al. 2019', means: 'Weight of the KL penalty in the reward at this step.', healthy: { low: 0.001, high: 1, leaving: 'Near 0 nothing holds the policy to the reference; above 1 it learns little but to stay there.' } },
  'objective/entropy': { unit: 'nats', source: 'TRL, PPOTrainer', means: 'Minus the log-probability of each sampled completion, averaged over the rollout.' },
  'objective/non_score_reward': { unit: 'reward', source: 'TRL, PPOTrainer', means: 'The KL penalty summed over each completion; negative when the policy has moved away.' },
  'objective/rlhf_reward': { unit: 'reward', source: 'TRL, PPOTrainer', means: 'Score plus KL penalty: what PPO really maximises.', healthy: { low: ofStart({ plus: -0.5 }), leaving: 'Below where it began leaving the reference costs more than the scores gain: lower the learning rate.' } },
  'objective/scores': { unit: 'reward', source: 'TRL, PPOTrainer', means: 'Proxy reward: the reward model’s (or the task’s) score of the sampled completions, after penalties, bias and normalisation.', healthy: { low: ofStart({ plus: -0.2 }), leaving: 'Below where it began the policy gets worse even by the reward model’s own measure.' } },
  'objective/scores_margin': { unit: 'reward', source: 'TRL, OnlineDPOTrainer', means: 'How far the best completion of a prompt scores above the worst, averaged over prompts; what an online pair has to teach.', healthy: { low: 0.01, leaving: 'Near 0 the judge tells no answer from another, or the policy has only one left: nothing can be learned.' } },
  'objective/raw_scores': { unit: 'reward', source: OWN, means: 'The same score before anything was done to it.' },
  'objective/bias': { unit: 'tokens', source: OWN, means: 'What the bias planted in the reward counts, averaged over the rollout; λ times this was added to the score.' },
  'objective/length_correlation': { unit: '–', source: OWN, means: 'Correlation between the score of a completion and its length in tokens, within the rollout.', healthy: { low: -0.7, high: 0.7, leaving: 'Near 1 or −1 the score is mostly a measure of length.' } },
  'policy/approxkl_avg': { unit: 'nats', source: 'TRL, PPOTrainer', means: 'How far this update moved the policy from the one that sampled (k2 estimate per token).', healthy: { high: 0.1, leaving: 'Above 0.1 single updates are too large: lower the learning rate.' } },
  'policy/clipfrac_avg': { unit: 'fraction', source: 'TRL, PPOTrainer', means: 'Share of tokens whose probability ratio was clipped.', healthy: { high: 0.3, leaving: 'Above 0.3 most of the update is being cut off: lower the learning rate.' } },
  'policy/entropy_avg': { unit: 'nats/token', source: 'TRL, PPOTrainer', means: 'Entropy of the policy’s next-token distribution during the update.', healthy: { low: 0.2, leaving: 'Near 0 the policy says the same thing every time.' } },
  'loss/policy_avg': { unit: '–', source: 'TRL, PPOTrainer', means: 'Clipped policy objective without any KL penalty, averaged over the update.', healthy: { low: -0.2, high: 0.2, leaving: 'Far from 0 single updates go much further than clipping is meant to allow: lower the learning rate.' } },
  'loss/value_avg': { unit: '–', source: 'TRL, PPOTrainer', means: 'Clipped value error, averaged over the update.', healthy: { high: ofStart({ times: 2 }), leaving: 'Above where it began the critic foretells returns worse than at the start, so advantages are noise: lower the critic rate.' } },
  'val/clipfrac_avg': { unit: 'fraction', source: 'TRL, PPOTrainer', means: 'Share of value predictions that were clipped.' },
  'val/ratio': { unit: '–', source: 'TRL, PPOTrainer', means: 'Mean probability ratio of new to sampling policy; healthy near 1.', healthy: { low: 0.8, high: 1.25, leaving: 'Far from 1 the rollout no longer describes the policy being trained.' } },
  'val/ratio_var': { unit: '–', source: 'TRL, PPOTrainer', means: 'Variance of that ratio over minibatches.' },
  'val/num_eos_tokens': { unit: 'completions', source: 'TRL, PPOTrainer', means: 'How many sampled completions ended by themselves.' },

  'val/contain_eos_token': { unit: 'fraction', source: 'TRL, OnlineDPOTrainer', means: 'Share of the step’s own completions that ended by themselves.', healthy: { low: 0.9, leaving: 'Lower, the policy forgets how to end and pairs compare fragments.' } },

  'pairs/used': { unit: 'pairs', source: OWN, means: 'Fresh pairs this step learned from. Pairs whose two sides are the same, score alike, or were called a tie or skipped are left out; at 0 there was no update.', healthy: { low: 1, leaving: 'At 0 the policy gives the same answer each time, or the judge sees no difference: nothing is learned.' } },
  'pairs/gold_agreement': { needs: 'gold', unit: 'fraction', source: OWN, means: 'How often the judge chose the completion with the higher true reward; ties of the truth count half.', healthy: { low: 0.5, leaving: 'Below 0.5 the judge leads away from what is truly better.' } },
  'labels/kept': { unit: 'pairs', source: OWN, means: 'Pairs there are to learn from now: those of earlier stages, and one for each question that somebody decided.' },
  'labels/first_chosen': { unit: 'fraction', source: OWN, means: 'Share of the decided questions in which the side shown first was chosen. The order is drawn at random, so without position bias it is near one half.', healthy: { low: 0.3, high: 0.7, leaving: 'Far from one half, over some dozens of answers, where a side stands matters more than what it says.' } },

  'filter/candidates': { unit: 'pairs', source: OWN, means: 'Candidate pairs scored so far by the target model.' },
  'filter/kept_share': { unit: 'fraction', source: OWN, means: 'Share of the candidate pairs so far that the filter keeps.', healthy: { low: 0.05, high: 0.95, leaving: 'Near 0 hardly a pair is like what the model writes; near 1 the filter leaves everything as it is.' } },
  'filter/kept': { unit: 'pairs', source: OWN, means: 'Pairs that this stage leaves to learn from; told at its end.' },
  'filter/nll_own': { unit: 'nats/token', source: OWN, means: 'Mean negative log-likelihood of the target model’s own samples under itself.' },
  'filter/nll_candidates': { unit: 'nats/token', source: OWN, means: 'The same of all candidates so far: how far what others wrote is from what the model would write.', healthy: { high: 20, leaving: 'This far above its own samples nothing here is anything the model would say.' } },
  'filter/nll_kept': { unit: 'nats/token', source: OWN, means: 'The same of both sides of the pairs that this stage leaves.' },
  'filter/kept_people': { unit: 'fraction', source: OWN, means: 'Share of people’s own texts that stand in pairs which are kept.' },
  'filter/kept_mismatched': { unit: 'fraction', source: OWN, means: 'Share of people’s answers to other prompts that stand in pairs which are kept.' },
  'filter/kept_corrupted': { unit: 'fraction', source: OWN, means: 'Share of corrupted texts that stand in pairs which are kept.' },
  'filter/kept_other': { unit: 'fraction', source: OWN, means: 'Share of another checkpoint’s samples that stand in pairs which are kept.' },
  'filter/kept_foreign': { unit: 'fraction', source: OWN, means: 'Share of another task’s samples that stand in pairs which are kept.' },
  'filter/kept_data': { unit: 'fraction', source: OWN, means: 'Share of the data’s own sides that stand in pairs which are kept.' },
  'labels/asked': { unit: 'labels', source: OWN, means: 'Pairs that somebody had to compare for what this stage leaves, so far. Ties and skipped ones are among them.' },
  'tokens/generated': { unit: 'tokens', source: OWN, means: 'Tokens that the model had to write itself for it: its own samples.' },
  'tokens/scored': { unit: 'tokens', source: OWN, means: 'Tokens that the model had to read for it, without a gradient.' },

  'objective/gold': { needs: 'gold', unit: GOLD, source: 'Gao, Schulman and Hilton 2022', means: 'The true reward of the very completions that objective/scores is about; the reward model’s error is the gap between how the two move.', healthy: { low: ofStart({ plus: -0.2 }), leaving: 'Below where it began the policy earns its scores from errors of the reward model.' } },
  'gold/reward': { needs: 'gold', unit: GOLD, source: 'Gao, Schulman and Hilton 2022', means: 'The true reward of completions of held-out prompts. Training sees it only where anybody can check it and no reward model stands in its place.', healthy: { low: ofStart({ plus: -0.2 }), leaving: 'Below where it began training made the answers worse by the true measure.' } },
  'gold/win_rate': { needs: 'gold', unit: 'fraction', source: 'Rafailov et al. 2023', means: 'How often the policy’s completion has a higher gold reward than the reference’s on the same held-out prompt; ties count half.', healthy: { low: 0.47, leaving: 'Below one half, by more than chance, training made the model worse by the true measure.' } },
  'gold/win_rate_stderr': { needs: 'gold', unit: 'fraction', source: OWN, means: 'Standard error of the win rate over its prompts; twice this much either way is its 95 % interval.' },
  'gold/gain': { needs: 'gold', unit: GOLD, source: OWN, means: 'Gold reward of the policy’s completions minus that of completions by the model the stage began from, on the same held-out prompts.', healthy: { low: -0.05, leaving: 'Below 0, by more than chance, training made the answers worse by the true measure.' } },
  'gold/gain_stderr': { needs: 'gold', unit: GOLD, source: OWN, means: 'Standard error of that difference over its prompts; twice this much either way is its 95 % interval.' },
  'gold/ceiling': { needs: 'gold', unit: GOLD, source: OWN, means: 'Gold reward of the best of the same n completions by the gold reward itself: the most that choosing among them could give.' },
  'gold/ceiling_win_rate': { needs: 'gold', unit: 'fraction', source: OWN, means: 'How often that best one beats the policy’s own answer; ties count half. No choice among these completions wins more often.' },
  'samples/length': { unit: 'tokens', source: OWN, means: 'Mean length of sampled completions.', healthy: { low: ofStart({ times: 0.4 }), high: ofStart({ times: 2 }), leaving: 'Far from where it began the policy is paid for length: look at the answers, and lower the reward for it.' } },
  'samples/eos_rate': { unit: 'fraction', source: OWN, means: 'Share of sampled completions that ended by themselves.', healthy: { low: 0.9, leaving: 'Below 0.9 answers are cut off instead of ending, and a reward model judges halves.' } },
  'samples/distinct': { unit: 'fraction', source: OWN, means: 'Share of different answers among the first answers to 128 held-out prompts.', healthy: { low: 0.2, leaving: 'Near 0 the policy has collapsed onto a few answers.' } },
  'samples/distinct_2': { unit: 'fraction', source: 'Li et al. 2016 (distinct-n)', means: 'Share of different pairs of neighbouring tokens among all such pairs of the first answers to 128 held-out prompts.', healthy: { low: ofStart({ times: 0.5 }), leaving: 'Below half of where it began answers are made of ever the same pieces.' } },
  'samples/repetition': { unit: 'fraction', source: OWN, means: 'Share of an answer’s pairs of neighbouring tokens that stood in the same answer before, averaged over answers.', healthy: { high: 0.2, leaving: 'Above 0.2 answers repeat themselves.' } },
  'samples/perplexity': { needs: 'base', unit: '–', source: 'Jelinek et al. 1977', means: 'How strange sampled completions are to the trained model that the run began with, which came with the page or was imported: as many tokens as it wavers between at each token of them, exp of its mean −log p. Measured where a run begins with such a model.', healthy: { high: ofStart({ times: 1.5 }), leaving: 'Above one and a half times where it began the policy no longer writes as the texts do that the first model learned from.' } },
  'samples/valid_fraction': { needs: 'gold', unit: 'fraction', source: OWN, means: 'Share of sampled completions that are what was asked for: a name somebody was given, a right answer.', healthy: { low: ofStart({ times: 0.5 }), leaving: 'Far below where it began the policy makes up answers that are none.' } },
} as const satisfies Record<string, MetricInfo>;

export type MetricName = keyof typeof METRICS;
/** Metrics that may be charted: those that say where they are healthy. */
export type ChartedName = { [Name in MetricName]: (typeof METRICS)[Name] extends { healthy: Healthy } ? Name : never }[MetricName];
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** What one training step reports. A metric that was not measured at a step is left out. */
export type MetricRow = Partial<Record<MetricName, number>>;

/** A stage's history, one array per metric, each as long as `steps`; null where a step did not measure it. */
export interface MetricColumns {
  steps: number[];
  columns: Partial<Record<MetricName, (number | null)[]>>;
}

export const emptyColumns = (): MetricColumns => ({ steps: [], columns: {} });

/** A run without the model that comes with the page measures nothing by it. */
export const wordsIn = (task: TaskWords, stages: readonly { algorithm: string }[]): TaskWords => (stages.some(({ algorithm }) => algorithm === 'base') ? task : { ...task, lacks: [...(task.lacks ?? []), 'base'] });

/** Whether a task has what a metric needs. */
export const isMeasured = (name: MetricName, { lacks = [] }: TaskWords = {}): boolean => {
  const { needs }: MetricInfo = METRICS[name];
  return needs === undefined || !lacks.includes(needs);
};

/** @param task of the run, whose words then stand in those of gold metrics */
export function metricInfo(name: MetricName, task?: TaskWords): MetricInfo {
  const info: MetricInfo = { ...METRICS[name], ...(task?.healthy?.[name] && { healthy: task.healthy[name] }) };
  return task?.goldUnit !== undefined && info.unit === GOLD ? { ...info, unit: task.goldUnit, means: `${info.means} ${task.goldMeans ?? ''}`.trimEnd() } : info;
}

/** Names that metrics had in files and databases of earlier versions. */
export const FORMER_NAMES: Readonly<Record<string, MetricName>> = { 'samples/real_name_fraction': 'samples/valid_fraction' };

/** Appends one row in place. */
export function appendRow(history: MetricColumns, step: number, row: MetricRow): void {
  const before = history.steps.length;
  history.steps.push(step);
  for (const name of Object.keys(row) as MetricName[]) {
    history.columns[name] ??= new Array<number | null>(before).fill(null);
  }
  for (const name of Object.keys(history.columns) as MetricName[]) {
    history.columns[name]!.push(row[name] ?? null);
  }
}

/** Appends a later piece of the same history in place, former names of metrics under those of today. */
export function appendColumns(history: MetricColumns, later: MetricColumns): void {
  later.steps.forEach((step, i) => {
    const row: MetricRow = {};
    for (const name of Object.keys(later.columns) as MetricName[]) {
      const value = later.columns[name]![i];
      if (value !== null && value !== undefined) row[FORMER_NAMES[name] ?? name] = value;
    }
    appendRow(history, step, row);
  });
}

/** The last value that was measured of each metric. */
export function lastRow({ columns }: MetricColumns): MetricRow {
  const row: MetricRow = {};
  for (const name of Object.keys(columns) as MetricName[]) {
    const value = columns[name]!.findLast((entry) => entry !== null);
    if (value !== null && value !== undefined) row[name] = value;
  }
  return row;
}
