/** Knobs that every method shares which learns from rewards of its own samples. What they do is in workers/stage/shaped-reward.ts and workers/tensor/kl.ts. */
import { choiceKnob, knob, wholeKnob } from '../knobs';

export const MISSING_EOS_RULES = ['subtract', 'replace', 'scale'] as const;
export const SCORINGS = ['mean', 'min'] as const;
export const PAIR_SCORINGS = [...SCORINGS, 'vote'] as const;
export const REWARD_NORMS = ['none', 'batch', 'running'] as const;
export const BIAS_FEATURES = ['length', 'repetition'] as const;
export const KL_ESTIMATORS = ['k1', 'k2', 'k3'] as const;

/** From the judge's score of a completion to the reward of a completion, in this order. */
export const rewardKnobs = {
  scoring: choiceKnob('mean', SCORINGS, { title: 'Ensemble scoring', help: 'Where the reward model is an ensemble: the mean of its members, or the lowest score that any of them gives. One model alone is not changed by it.', source: 'mean: Ours. min: worst-case optimisation of Coste et al. 2023, arXiv:2310.02743.' }),
  rewardNorm: choiceKnob('none', REWARD_NORMS, { title: 'Reward normalisation', help: 'Scores to mean 0 and deviation 1: of this step’s completions (batch), or of all so far (running).', source: 'none: TRL PPO. Running: Zheng et al. 2023, arXiv:2307.04964, who clip after it.' }),
  biasWeight: knob(0, -5, 5, { title: 'Reward bias λ', help: 'Adds λ times a plain count to the reward, so that the policy is paid for something nobody wants: reward hacking on purpose.', source: '0: no bias.', slider: [-1, 1] }),
  biasFeature: choiceKnob('length', BIAS_FEATURES, { title: 'Bias counts', help: 'length: tokens before the end token. repetition: those of them that stand earlier in the same completion too.', source: 'Ours: the two things reward models are known to overpay.' }),
  missingEosRule: choiceKnob('subtract', MISSING_EOS_RULES, { title: 'Missing end', help: 'What happens to the score of a completion that did not end: the penalty is subtracted from it, minus the penalty replaces it, or the penalty is the factor it is scaled by (a factor below 1 raises a negative score).', source: 'subtract: TRL. replace: OpenAI 2019, N+ implementation details. scale: OpenRLHF (stop properly).' }),
  missingEosPenalty: knob(1, 0, 10, { title: 'Missing-end penalty', help: 'The number that the rule for a missing end works with.', source: '1: TRL’s PPO examples (missing_eos_penalty), N+. Ours for methods without a critic: TRL’s RLOO and GRPO have no such penalty.' }),
  overlongBuffer: wholeKnob(0, 0, 512, { title: 'Overlong buffer', help: 'The last so many tokens of the room for a completion cost more the further it goes into them; 0 for none.', source: '0: TRL PPO. DAPO (Yu et al. 2025) takes a fifth of the room.' }),
  overlongFactor: knob(1, 0, 10, { title: 'Overlong penalty', help: 'What a completion loses that uses up the whole buffer.', source: '1: DAPO, OpenRLHF.' }),
  rewardClip: knob(0, 0, 100, { title: 'Reward clip', help: 'Rewards beyond ± this are cut to it, last of all; 0 for no limit.', source: '0: TRL PPO. OpenRLHF: 10.' }),
};

/** For methods that only ask which completion of a prompt is better than the others: an ensemble may vote on that. */
export const pairScoring = choiceKnob('mean', PAIR_SCORINGS, { title: 'Ensemble scoring', help: 'Where the reward model is an ensemble: the mean of its members, the lowest score that any of them gives, or a vote, in which each member names the completion it finds best (and worst) of a prompt, and the one named most is taken; among equals the higher mean decides. One model alone is not changed by it.', source: 'mean: Ours. min: worst-case optimisation of Coste et al. 2023, arXiv:2310.02743. vote: rejection sampling of open-instruct (Ai2), which picks at random where all disagree; that the mean decides is ours.' });

/** How the KL penalty of a token is estimated where it is part of the reward. */
export const klRewardKnobs = {
  klEstimator: choiceKnob('k1', KL_ESTIMATORS, { title: 'KL estimator', help: 'How a token’s distance from the reference is estimated in the reward: k1 is unbiased and may be negative, k2 has a bias and varies less, k3 is unbiased and never negative.', source: 'k1: TRL, OpenAI 2019, OpenRLHF; Schulman 2020 for all three.' }),
  klClip: knob(0, 0, 100, { title: 'KL clip', help: 'Estimates of one token beyond ± this are cut to it; 0 for no limit.', source: '0: TRL. OpenRLHF: 10.' }),
};
