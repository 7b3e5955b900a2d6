import * as v from 'valibot';
import { choiceKnob, knob, wholeKnob } from '../knobs';
import { defineAlgorithm, optimizerKnobs, referenceKnobs, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';
import { DPO_LOSSES } from './dpo';
import { pairScoring, rewardKnobs } from './reward-knobs';

export const JUDGES = ['reward', 'visitor'] as const;

export const onlineDpo = defineAlgorithm({
  id: 'online-dpo',
  title: 'Online DPO',
  says: 'Samples completions of its own, has a judge say which is better, the reward model or you, and learns from these pairs as DPO does.',
  source: 'Guo et al. 2024, arXiv:2402.04792; order and metrics as TRL’s OnlineDPOTrainer.',
  starts: { policy: 'policy', reward: 'reward' },
  optional: ['reward'],
  makes: 'policy',
  texts: 2,
  passes: 3, // update; policy, reference and judge look at each; sampling
  config: v.object({
    algorithm: v.literal('online-dpo'),
    ...optimizerKnobs({ learningRate: 3e-4, steps: 300, batchSize: 64, batchOf: 'Prompts, each answered several times,', warmup: 10, finalRate: { value: 0, source: '0: TRL lets the rate decay to nothing.' }, source: 'Ours: DPO’s rate here; β 0.1 and 0.3 were measured with two seeds (LOG.md).' }),
    beta: knob(0.1, 0.001, 5, { title: 'β', help: 'How strongly the policy is held to the reference.', source: '0.1: Guo et al. 2024; TRL default.', essential: true }),
    judge: choiceKnob('reward', JUDGES, { title: 'Judge', help: 'Who says which completion is better: the reward model (or the task itself, where its reward can be checked), or you.', source: 'reward: TRL’s reward model. Guo et al. 2024 ask a large language model.' }),
    refreshEvery: wholeKnob(1, 1, 10_000, { title: 'Fresh pairs every', help: 'Steps that learn from the same fresh pairs before new ones are sampled. 1 is fully online, more is iterative DPO.', source: '1: Guo et al. 2024; TRL. Iterative: Xu et al. 2023, arXiv:2312.16682.' }),
    completions: wholeKnob(2, 2, 16, { title: 'Completions', help: 'Answers sampled to each prompt; the best is put against the worst. You are always shown two.', source: '2: Guo et al. 2024; TRL. Best against worst of more: Dong et al. 2024, arXiv:2405.07863.' }),
    questions: wholeKnob(8, 1, 64, { title: 'Questions', help: 'Pairs you are asked about each time, where you are the judge; the batch size is then not used.', source: 'Ours: half a minute of reading.' }),
    temperature: knob(1, 0.1, 2, { title: 'Temperature', help: 'Sampling temperature. The log-ratios of the loss are those at 1.', source: 'Ours: what is sampled is then what the loss speaks of. Guo et al. 2024 and TRL: 0.9.' }),
    loss: choiceKnob('sigmoid', DPO_LOSSES, { title: 'Loss', help: 'What is made of the log-ratios of a pair, as in DPO.', source: 'sigmoid: Guo et al. 2024; TRL default.' }),
    labelSmoothing: knob(0, 0, 0.49, { title: 'Label smoothing', help: 'Assumed fraction of wrong verdicts; for the losses sigmoid and robust.', source: '0: Guo et al. 2024.' }),
    ...rewardKnobs,
    scoring: pairScoring,
    ...referenceKnobs,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 30, saveEvery: 60 }),
  }),
  charts: ['objective/scores', 'gold/reward', 'gold/gain', 'objective/kl', 'samples/perplexity', 'rewards/margins', 'loss', 'rewards/accuracies', 'objective/scores_margin', 'pairs/used', 'pairs/gold_agreement', 'gold/win_rate', 'val/contain_eos_token', 'rewards/chosen', 'logps/chosen', 'entropy', 'samples/length', 'objective/length_correlation', 'samples/eos_rate', 'samples/distinct'],
});
