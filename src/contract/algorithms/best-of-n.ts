import * as v from 'valibot';
import { knob, wholeKnob } from '../knobs';
import { defineAlgorithm } from './algorithm';
import { rewardKnobs } from './reward-knobs';

export const bestOfN = defineAlgorithm({
  id: 'best-of-n',
  title: 'Best of n',
  says: 'Trains nothing: answers each prompt with the one of n completions that scores highest. Step n is the best of n.',
  source: 'Stiennon et al. 2020; Nakano et al. 2021, arXiv:2112.09332; all n from one pool.',
  starts: { policy: 'policy', reward: 'reward' },
  optional: ['reward'],
  makes: 'policy',
  texts: 1,
  passes: 1 + 1 / 3, // sampling; the judge looks once
  config: v.object({
    algorithm: v.literal('best-of-n'),
    steps: wholeKnob(64, 1, 1024, { title: 'Largest n', help: 'Completions drawn of each prompt; step n reports the best of n of them.', source: 'Ours: 64 is 3.2 nats from one draw. Gao et al. 2022 go to 60,000.', essential: true }),
    evaluateOn: wholeKnob(1024, 16, 4096, { title: 'Prompts', help: 'Held-out prompts, the same that other methods are evaluated on.', source: 'Ours: a win rate over 1,024 has a standard error of at most 1.6 points.', essential: true }),
    temperature: knob(1, 0.1, 2, { title: 'Temperature', help: 'Sampling temperature.', source: '1.0: as RLOO and GRPO here.' }),
    scoring: rewardKnobs.scoring,
    evaluateEvery: wholeKnob(16, 1, 100_000, { title: 'Samples every', help: 'Steps between answers to look at.', source: 'Ours: a handful of looks.' }),
    saveEvery: wholeKnob(32, 1, 100_000, { title: 'Save every', help: 'Steps between checkpoints.', source: 'Ours: steps are quick once the pool is drawn.' }),
  }),
  charts: ['objective/scores', 'gold/reward', 'gold/win_rate', 'objective/kl', 'samples/length', 'samples/distinct', 'samples/valid_fraction', 'samples/eos_rate'],
});
