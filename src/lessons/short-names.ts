/** Settings with which the first two stages of the `names` recipes take seconds on WASM: a smaller model, fewer steps, smaller evaluations. */
export const SHORT_NAMES: readonly string[] = ['model.width=32', 'pretrain.steps=400', 'pretrain.evaluateOn=128', 'sft.steps=60', 'sft.evaluateOn=128'];
