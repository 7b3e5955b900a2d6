import * as v from 'valibot';
import { choiceKnob, knob, wholeKnob } from '../knobs';
import { klRewardKnobs, rewardKnobs } from './reward-knobs';
import { defineAlgorithm, optimizerKnobs, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';

const TRL = 'TRL PPO default; the same in OpenAI 2019 and the N+ implementation details.';

export const ppo = defineAlgorithm({
  id: 'ppo',
  title: 'PPO',
  says: 'Samples completions, scores them with the reward model (or the task’s own rule) minus a penalty for leaving the reference, and follows the gradient.',
  source: 'Schulman et al. 2017; Ziegler et al. 2019; order of operations as in TRL’s PPOTrainer.',
  starts: { policy: 'policy', reward: 'reward' },
  optional: ['reward'], // the task's verifiable reward then
  makes: 'policy',
  texts: 1,
  passes: 4 * 2 + 4 / 3 + 1, // epochs of policy and critic; four models look once; sampling
  config: v.object({
    algorithm: v.literal('ppo'),
    ...optimizerKnobs({ learningRate: 3e-4, steps: 80, batchSize: 128, batchOf: 'Completions sampled', warmup: 5, finalRate: { value: 0, source: '0: TRL lets the rate decay to nothing.' }, source: 'Ours, swept at this size (LOG.md).' }),
    klCoef: knob(0.05, 0, 5, { title: 'KL coefficient', help: 'Weight of the per-token penalty for leaving the reference.', source: '0.05: TRL and N+ implementation details.', essential: true }),
    klControl: choiceKnob('fixed', ['fixed', 'adaptive'], { title: 'KL control', help: 'Adaptive steers the coefficient toward the target KL.', source: 'Fixed: TRL. Adaptive: Ziegler et al. 2019, section 2.2.' }),
    klTarget: knob(6, 0.1, 100, { title: 'KL target', help: 'Nats per completion the adaptive controller aims at.', source: '6: Ziegler et al. 2019.' }),
    klHorizon: wholeKnob(10_000, 100, 1_000_000, { title: 'KL horizon', help: 'Completions over which the adaptive controller reacts.', source: '10,000: Ziegler et al. 2019.' }),
    ...klRewardKnobs,
    epochs: wholeKnob(4, 1, 20, { title: 'PPO epochs', help: 'Passes over each batch of samples.', source: `4. ${TRL}` }),
    minibatches: wholeKnob(1, 1, 16, { title: 'Minibatches', help: 'Updates per pass over the batch.', source: '1: TRL default.' }),
    clipRange: knob(0.2, 0.01, 1, { title: 'Clip range', help: 'ε of the clipped policy objective.', source: `0.2. ${TRL}` }),
    valueClipRange: knob(0.2, 0.01, 10, { title: 'Value clip', help: 'How far a value prediction may move in one update.', source: `0.2. ${TRL}` }),
    valueCoef: knob(0.1, 0, 10, { title: 'Value coefficient', help: 'Scale of the value loss before its gradient is clipped. The critic has an optimizer of its own, so its steps are those of the critic rate.', source: `0.1. ${TRL}` }),
    criticRate: knob(1e-3, 1e-6, 0.1, { title: 'Critic rate', help: 'Learning rate of the critic.', source: 'Ours, a few times the policy’s, as OpenRLHF (9e-6 to 1e-6).' }),
    criticWarmup: wholeKnob(10, 0, 1000, { title: 'Critic warm-up', help: 'First steps that train only the critic.', source: '20-50 proposed for tiny nets after Wu et al. 2024; ours, fewer because the critic starts from the reward model.' }),
    gamma: knob(1, 0.5, 1, { title: 'γ', help: 'Discount per token.', source: `1. ${TRL}` }),
    gaeLambda: knob(0.95, 0, 1, { title: 'λ (GAE)', help: 'Bias-variance trade-off of the advantage.', source: `0.95. ${TRL}` }),
    entropyCoef: knob(0, 0, 1, { title: 'Entropy bonus', help: 'Pays the policy for staying undecided: this times its mean entropy is taken off the loss.', source: '0: TRL PPO. Schulman et al. 2017 take 0.01 for Atari.' }),
    rewardWhitening: choiceKnob('off', ['off', 'on'], { title: 'Whiten rewards', help: 'Per-token rewards of a rollout to deviation 1, their mean kept.', source: 'off: TRL, N+ implementation details. OpenAI 2019: on.' }),
    whitening: choiceKnob('bessel', ['bessel', 'biased'], { title: 'Whitening', help: 'Variance of advantages (and rewards, where they are whitened) over n − 1 or over n.', source: 'bessel: TRL. biased: OpenAI 2019.' }),
    temperature: knob(1, 0.1, 2, { title: 'Temperature', help: 'Sampling temperature; all log-probabilities use it too.', source: '1.0: OpenRLHF; TRL uses 0.7.' }),
    ...rewardKnobs,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 10, saveEvery: 20 }),
  }),
  charts: ['objective/scores', 'gold/reward', 'gold/gain', 'objective/kl', 'samples/perplexity', 'objective/rlhf_reward', 'loss/policy_avg', 'loss/value_avg', 'policy/entropy_avg', 'policy/clipfrac_avg', 'policy/approxkl_avg', 'gold/win_rate', 'samples/length', 'objective/length_correlation', 'samples/eos_rate', 'samples/distinct', 'samples/valid_fraction', 'val/ratio', 'objective/kl_coef'],
});
