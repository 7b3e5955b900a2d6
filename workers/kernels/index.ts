/** All that models are made of. To add a kernel: its folder, one line here, and one in assembly/index.ts. */
export { ADAMW_SCRATCH, adamWUpdate, KNOBS } from './adamw-step/launches';
export { attentionBackward, attentionForward } from './causal-attention/launches';
export { decodeAttention } from './decode-step/launches';
export { embedBackward, embedForward } from './embed/launches';
export { layerNormBackward, layerNormForward } from './layer-norm/launches';
export { linearForward, linearInput, linearWeights } from './linear/launches';
export { pickRowsBackward, pickRowsForward } from './pick-rows/launches';
export { sampleColumn } from './sample/launches';
export { logProbsBackward, logProbsForward } from './token-logprobs/launches';
export { currentMachine, setMachine } from './current-machine';
export { OutOfMemory, type Machine, type Window } from './machine';
