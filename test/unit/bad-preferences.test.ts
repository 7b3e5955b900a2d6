/** What cannot be learned from is refused by name before anything is trained, never turned into a silent NaN. */
import { describe, expect, it } from 'vitest';
import { parseRunConfig } from '../../src/contract/config';
import { detailText } from '../../src/contract/details';
import { Random } from '../../src/contract/random';
import { EOS, type PreferencePair, type Task } from '../../src/tasks';
import { writtenAlphabet } from '../../src/tasks/tokenizer/written';
import { trainingSteps } from '../../workers/algorithms';
import { startEngine } from '../../workers/engine/engine';
import { initialWeights } from '../../workers/model/parameters';
import { faultOf } from '../../workers/stage/labelled-pairs';
import { Stage } from '../../workers/stage/stage';
import { parameterShapes } from '../../src/contract/model-shape';

const CONTEXT = 6;
const good: PreferencePair = { prompt: [2], chosen: [3, EOS], rejected: [4, EOS] };

describe('a pair', () => {
  it.each([
    ['its prompt is empty', { ...good, prompt: [] }],
    ['its chosen completion is empty', { ...good, chosen: [] }],
    ['its rejected completion is empty', { ...good, rejected: [] }],
    ['its two sides are the same', { ...good, rejected: [3, EOS] }],
    ['it has 7 tokens, the model reads 6', { ...good, rejected: [4, 4, 4, 4, 4, EOS] }],
  ])('%s', (fault, pair) => {
    expect(detailText(faultOf(pair, CONTEXT) ?? '')).toBe(fault);
  });

  it('is good where it can be learned from, up to the last place of the context', () => {
    expect(faultOf(good, CONTEXT)).toBeUndefined();
    expect(faultOf({ ...good, rejected: [4, 4, 4, 4, EOS] }, CONTEXT)).toBeUndefined();
    // One the beginning of the other: not the same.
    expect(faultOf({ ...good, rejected: [3] }, CONTEXT)).toBeUndefined();
  });
});

/** A world of a few tokens with the pairs it is given. */
const worldOf = (pairs: readonly PreferencePair[]): Task => ({
  tokenizer: { vocabulary: ['▁', '⏎', '?', 'a', 'b'], decode: String, written: () => writtenAlphabet(['▁', '⏎', '?', 'a', 'b']) },
  context: CONTEXT,
  isVerifiable: false,
  corpus: () => [[2, 3, EOS]],
  demonstration: () => ({ prompt: [2], completion: [3, EOS] }),
  demonstrationCount: () => 1,
  prompt: () => [2],
  read: () => [2],
  showcase: () => [[2]],
  pairs: () => pairs,
  gold: () => 0,
  isReal: () => true,
  ceiling: () => 1,
});

async function firstStep(train: Record<string, unknown>, pairs: readonly PreferencePair[]) {
  await startEngine('wasm');
  const config = parseRunConfig({
    recipe: 'bad', seed: 1, task: { id: 'names' }, model: { width: 8, layers: 1, heads: 1 },
    stages: [
      { id: 'pretrain', start: {}, train: { algorithm: 'pretrain' } },
      { id: 'last', start: { policy: 'pretrain', trunk: 'pretrain' }, train: { steps: 1, evaluateOn: 16, batchSize: 2, ...train } },
    ],
  });
  const shape = { ...config.model, vocabulary: 5, context: CONTEXT };
  const start = { model: config.model, weights: initialWeights(parameterShapes(shape, 'none'), shape, Random.of(1, 'x')) };
  const stage = new Stage({ config, stage: config.stages[1]!, task: worldOf(pairs), starts: new Map([['policy', start], ['trunk', start]]) });
  try {
    return await trainingSteps(stage, config.stages[1]!.train).next();
  } finally {
    stage.dispose();
  }
}

describe.each(['reward-model', 'dpo', 'kto', 'orpo', 'simpo', 'pointwise-dpo'])('%s', (algorithm) => {
  it('names the pair that it cannot learn from', async () => {
    await expect(firstStep({ algorithm }, [good, { ...good, rejected: good.chosen }, good])).rejects.toMatchObject({ code: 'unusable-pair', detail: 'pair 2: its two sides are the same' });
  });

  it('refuses more labels than there are, and a batch larger than all of them', async () => {
    await expect(firstStep({ algorithm, labels: 9 }, [good, good])).rejects.toMatchObject({ code: 'invalid-config' });
    await expect(firstStep({ algorithm, batchSize: 64 }, [good, good])).rejects.toMatchObject({ code: 'invalid-config' });
  });

  it('takes one step on pairs that are good', async () => {
    const { value } = await firstStep({ algorithm }, [good, { ...good, chosen: [4, 4, EOS] }, good, good]);
    expect(value).toMatchObject({ row: { loss: expect.toSatisfy(Number.isFinite) } });
  });
});

describe('settings', () => {
  it('KTO with a batch of one is refused with the reason', async () => {
    await expect(firstStep({ algorithm: 'kto', batchSize: 1 }, [good, good])).rejects.toMatchObject({ code: 'invalid-config', detail: expect.stringContaining('at least 2') });
  });

  it.each(['dpo'])('%s with half of all labels flipped or more is refused: nothing could be learned', (algorithm) => {
    for (const labelSmoothing of [0.5, 0.7, NaN]) {
      expect(() => parseRunConfig({ recipe: 'x', seed: 1, task: { id: 'names' }, model: {}, stages: [{ id: 'pretrain', start: {}, train: { algorithm: 'pretrain' } }, { id: 'last', start: { policy: 'pretrain' }, train: { algorithm, labelSmoothing } }] })).toThrow(expect.objectContaining({ code: 'invalid-config' }));
    }
  });
});
