/** Knobs of LoRA (Hu et al. 2021, arXiv:2106.09685), which every stage that trains a policy made before spreads: adapters are trained and the model they belong to is not. */
import { choiceKnob, wholeKnob } from '../knobs';

/** Layers of a block that adapters may stand beside, by our parameter names without `.weight`. */
export const LORA_TARGETS = {
  attention: ['attn.c_attn'],
  'all-linear': ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj'],
} as const;
export type LoraTargets = keyof typeof LORA_TARGETS;

/** Numbers between the two matrices of an adapter, at most. */
export const MOST_RANK = 256;

export interface LoraConfig {
  /** r; 0 trains the whole model. */
  loraRank: number;
  /** α: what adapters add is times α/r. */
  loraAlpha: number;
  loraTargets: LoraTargets;
}

export const loraKnobs = {
  loraRank: wholeKnob(0, 0, MOST_RANK, { title: 'LoRA rank', help: 'Trains only small adapters beside the model, of so many numbers’ width, and leaves the model as it is; 0 trains the whole model. Adapters want about ten times the learning rate.', source: '0: off. Hu et al. 2021 find 4 to 8 enough; PEFT’s default is 8. Ten times the rate: Schulman et al. 2025, “LoRA Without Regret”.' }),
  loraAlpha: wholeKnob(32, 1, 1024, { title: 'LoRA α', help: 'What adapters add to the model is multiplied by α over the rank. Only with a rank above 0.', source: '32: Hu et al. 2021 for GPT-2 (appendix D); Schulman et al. 2025 for every rank. PEFT’s default is 8.' }),
  loraTargets: choiceKnob('attention', ['attention', 'all-linear'], { title: 'LoRA targets', help: 'Which matrices get adapters: those that make queries, keys and values (c_attn), or all four of each block. Only with a rank above 0.', source: 'attention: Hu et al. 2021; PEFT’s default for GPT-2. all-linear: QLoRA (Dettmers et al. 2023) and Schulman et al. 2025.' }),
};
