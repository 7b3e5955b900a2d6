/** What our own transformer says of texts: logits of the token after each place, or the score at the last one. */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelShape } from '../../src/contract/model-shape';
import { currentMachine } from '../../workers/kernels';
import { scoresAt } from '../../workers/model/heads';
import { allLogits } from '../../workers/model/outputs';
import { Parameters } from '../../workers/model/parameters';
import { trunkForward } from '../../workers/model/program';

/** On the engine that was started. @returns for each text [T, V] logits of a policy, or one score */
export async function answersOf(shape: ModelShape, head: 'none' | 'score', weights: ReadonlyMap<string, Float32Array>, texts: readonly (readonly number[])[]): Promise<(number[][] | number)[]> {
  const model = new Parameters(shape, head, weights);
  const { flat, layout } = model.views;
  const answers: (number[][] | number)[] = [];
  for (const text of texts) {
    const ids = tf.tensor2d([[...text]], [1, text.length], 'int32');
    if (head === 'score') {
      const at = tf.tensor2d([text.map((_, i) => Number(i === text.length - 1))], [1, text.length]);
      const score = scoresAt(model.views, ids, at);
      answers.push((await score.data())[0]!); // one text, one score
      tf.dispose([at, score]);
    } else {
      const machine = currentMachine();
      const trunk = { machine, shape, layout, flat, ids, reading: { batch: 1, columns: text.length, stride: text.length, start: 0 }, lengths: undefined, at: undefined };
      const { hidden } = trunkForward(trunk, false);
      const buffer = allLogits(trunk, hidden);
      const logits = tf.engine().makeTensorFromTensorInfo({ ...buffer, shape: [text.length, shape.vocabulary] });
      answers.push((await logits.array()) as number[][]); // [T, V]
      logits.dispose();
      machine.free(hidden);
    }
    ids.dispose();
  }
  model.dispose();
  return answers;
}
