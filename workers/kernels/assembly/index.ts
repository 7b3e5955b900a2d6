/** The module: every kernel's functions, and the room they work in. */
export { setScratch } from './scratch';
export { adamWUpdate } from '../adamw-step/assembly';
export { attentionBackward, attentionForward } from '../causal-attention/assembly';
export { decodeAttention } from '../decode-step/assembly';
export { embedBackward, embedForward } from '../embed/assembly';
export { layerNormBackward, layerNormForward } from '../layer-norm/assembly';
export { linearForward, linearInput, linearWeights } from '../linear/assembly';
export { pickRowsBackward, pickRowsForward } from '../pick-rows/assembly';
export { sampleColumn } from '../sample/assembly';
export { logProbsBackward, logProbsForward } from '../token-logprobs/assembly';
