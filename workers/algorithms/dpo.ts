/**
 * Direct Preference Optimization (Rafailov et al. 2023, arXiv:2305.18290).
 *
 * The policy is trained on pairs so that its log-ratio to a frozen reference is larger on the chosen completion than on the rejected one.
 * No reward model, no sampling. Departures: other losses on the same log-ratios can be chosen (dpo-losses.ts), the likelihood of chosen completions may be added (RPO,
 * Pang et al. 2024, arXiv:2404.19733; Llama 3), and the reference may follow the policy (TR-DPO).
 * The reference's log-probabilities are computed once per completion, when it is first met.
 */
import { add, dispose, mul, neg, slice, sub, tensor1d, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import { learningRateAt } from '../model/optimizer';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, type TrainingLoop } from './algorithm';
import { completionOutput, directReport, doubtsOf, halves, logRatiosTo, pairBatches, pairMeasures } from './direct';
import { dpoLoss } from './dpo-losses';
import { stacked } from '../stage/evaluate';
import { Reference } from '../stage/reference';

export const dpo: TrainingLoop<'dpo'> = async function* (stage, config) {
  const { beta, nllWeight, batchSize: P } = config;
  const policy = stage.trained('policy', { from: 'policy' });
  const start = stage.frozen({ from: 'policy' });
  const reference = new Reference(stage, policy, start, config);
  const optimizer = stage.optimizer('policy', policy, config);
  const pairsOf = pairBatches(stage, config);
  const reportOf = directReport(stage, config, policy, start, logRatiosTo(policy, reference));

  while (stage.step < config.steps) {
    const pairs = pairsOf(stage.step);
    const rows = stacked(pairs);
    const doubts = doubtsOf(pairs);
    const held = await reference.logProbs(rows);
    await stage.witness?.sees({ kind: 'pairs', pairs, policy: policy.views, reference: reference.views, referenceLogProbs: held });
    const referenceLogProbs = tensor1d(held); // [2P]
    const batch = batchOf(rows);
    const learningRate = learningRateAt(stage.step, config);
    const update = optimizer.update((views) => {
      const { logProbs, sums, counts, entropy, isLikeliest } = completionOutput(views, batch);
      const [chosen, rejected] = halves(sub<Tensor1D>(sums, referenceLogProbs)); // log-ratios [P]
      const [chosenTokens, rejectedTokens] = halves(counts);
      const chosenMask = slice(batch.completionMask, 0, P);
      const nll = neg<Scalar>(maskedMean(slice(logProbs, 0, P), chosenMask));
      return {
        loss: add<Scalar>(dpoLoss({ chosen, rejected, chosenTokens, rejectedTokens }, config, doubts), mul(nll, nllWeight)),
        nll_loss: nll,
        ...pairMeasures(chosen, rejected, beta, sums),
        entropy: maskedMean(entropy, batch.completionMask),
        // Of chosen completions only, as TRL: rejected tokens are meant to become less likely.
        mean_token_accuracy: maskedMean(slice(isLikeliest, 0, P), chosenMask),
      };
    }, learningRate);
    disposeBatch(batch);
    dispose([referenceLogProbs, ...(doubts ? [doubts] : [])]);
    stage.advance(batch);

    const [measured] = await readScalars([update]);
    checkFinite(stage.step, measured!.loss, measured!.grad_norm);
    await reference.sync();
    yield await reportOf({ ...measured, learning_rate: learningRate, num_tokens: stage.counter('tokens') });
  }
};
