/** Settings with which the first two stages of the `names` recipes take seconds on WASM: a smaller model, fewer steps, smaller evaluations. */
export const SHORT_NAMES: readonly string[] = ['model.width=32', 'pretrain.steps=300', 'pretrain.evaluateOn=128', 'sft.steps=50', 'sft.evaluateOn=128'];
