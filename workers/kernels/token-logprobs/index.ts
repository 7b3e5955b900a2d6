/**
 * From hidden states to the log-probability of each given next token, with entropy and whether it was the likeliest.
 * Nobody else sees logits [N, V]. Logits are divided by the sampling temperature, so losses and samples speak of the same policy.
 */
import { add, cast, concat, exp, greaterEqual, logSoftmax, matMul, max, mul, neg, reshape, slice, sub, sum, transpose, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { defineKernel } from '../define';
import { oneHotRows } from '../one-hot';

type Inputs = { hidden: Tensor2D; weight: Tensor2D; targets: Tensor1D };
type Attributes = { temperature: number };

const run = defineKernel<Inputs, Attributes>({
  name: 'NudgeTokenLogProbs',
  forward: ({ hidden, weight, targets }, { temperature }) => {
    const [N] = hidden.shape;
    const logits = matMul(hidden, transpose(weight));
    const all = logSoftmax(temperature === 1 ? logits : mul(logits, 1 / temperature)) as Tensor2D; // [N, V]
    const picked = sum(mul(all, targetsOf(targets, weight)), 1, true);
    const entropy = neg(sum(mul(exp(all), all), 1, true));
    const isLikeliest = cast(greaterEqual(picked, max(all, 1, true)), 'float32');
    const rows = [picked, entropy, isLikeliest].map((column) => reshape(column, [1, N]));
    return [concat(rows, 0), all];
  },
  saves: { inputs: ['hidden', 'weight', 'targets'], outputs: [false, true] },
  backward: (dy, saved, { temperature }) => {
    const [hidden, weight, targets, all] = saved as [Tensor2D, Tensor2D, Tensor1D, Tensor2D]; // saved inputs, then saved outputs
    const [N] = hidden.shape;
    const row = (i: number) => reshape(slice(dy as Tensor2D, [i, 0], [1, N]), [N, 1]);
    const probs = exp(all);
    // log p(target): onehot − p. Entropy H: −p(log p + H). Being the likeliest has no slope.
    const picked = mul(row(0), sub(targetsOf(targets, weight), probs));
    const weighed = mul(probs, all);
    const entropy = mul(row(1), sub(mul(probs, sum(weighed, 1, true)), weighed));
    const dLogits = mul(add(picked, entropy), 1 / temperature) as Tensor2D;
    return { hidden: matMul(dLogits, weight), weight: matMul(transpose(dLogits), hidden) };
  },
});

const targetsOf = (targets: Tensor1D, weight: Tensor2D) => oneHotRows(targets, weight.shape[0]);

/**
 * @param hidden [N, D] @param weight [V, D] output embedding @param targets [N] int32
 * @returns [3, N]: row 0 log-probability of the target (nats, ≤ 0), row 1 entropy of the whole distribution (nats), row 2 one where the target was the likeliest
 */
export const tokenLogProbs = (hidden: Tensor2D, weight: Tensor, targets: Tensor1D, temperature = 1): Tensor2D =>
  run({ hidden, weight: weight as Tensor2D, targets }, { temperature })[0] as Tensor2D;
