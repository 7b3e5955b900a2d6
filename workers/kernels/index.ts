/** All that models are made of. To add a kernel: its folder and one line here. */
export { adamWStep, type AdamWAttributes } from './adamw-step';
export { causalAttention } from './causal-attention';
export { embed } from './embed';
export { layerNorm } from './layer-norm';
export { linear } from './linear';
export { sample } from './sample';
export { tokenLogProbs } from './token-logprobs';
