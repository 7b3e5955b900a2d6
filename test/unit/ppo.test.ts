/** PPO from the outside: one update on a fixed rollout, and whole stages on a task whose reward is a rule. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { parameterShapes, type ModelShape } from '../../src/contract/model-shape';
import { parseRunConfig } from '../../src/contract/config';
import { Random } from '../../src/contract/random';
import { EOS, type Example, type Task } from '../../src/tasks/task';
import { writtenAlphabet } from '../../src/tasks/tokenizer/written';
import { ppo } from '../../workers/algorithms/ppo';
import { targetsOf } from '../../workers/algorithms/ppo-targets';
import { updateOn } from '../../workers/algorithms/ppo-update';
import { startEngine } from '../../workers/engine/engine';
import { AdamW } from '../../workers/model/optimizer';
import { initialWeights, Parameters } from '../../workers/model/parameters';
import { observe } from '../../workers/stage/rollout';
import { Stage } from '../../workers/stage/stage';
import { readScalars } from '../../workers/tensor/read';

beforeAll(() => startEngine('wasm'));

const SHAPE: ModelShape = { width: 8, layers: 1, heads: 2, vocabulary: 5, context: 6 };
const MODEL = { width: 8, layers: 1, heads: 2 };
const weightsOf = (head: 'none' | 'score', stream: string) => initialWeights(parameterShapes(SHAPE, head), SHAPE, Random.of(1, stream));
const plain = { weightDecay: 0, clipNorm: 100 };
const targetKnobs = { gamma: 1, gaeLambda: 0.95, klEstimator: 'k1', klClip: 0, rewardWhitening: 'off', whitening: 'bessel' } as const;
const updateKnobs = { temperature: 1, clipRange: 0.2, valueClipRange: 0.2, valueCoef: 0.1, entropyCoef: 0 };
const rows: Example[] = [{ prompt: [2], completion: [3, 4, EOS] }, { prompt: [2, 3], completion: [4, EOS] }, { prompt: [2], completion: [4, 4, 4, 4, 4] }];

/** Fresh models and a rollout whose first row scores best. */
async function made() {
  const models = { policy: new Parameters(SHAPE, 'none', weightsOf('none', 'policy')), reference: new Parameters(SHAPE, 'none', weightsOf('none', 'policy')), critic: new Parameters(SHAPE, 'score', weightsOf('score', 'critic')) };
  const views = { policy: models.policy.views, reference: models.reference.views, critic: models.critic.views };
  const optimizers = { policy: new AdamW(models.policy, plain), critic: new AdamW(models.critic, plain) };
  const rollout = { ...(await observe(rows, views, 1)), scores: [2, 0, -1] };
  return {
    models, views, rollout, targets: targetsOf(rollout, 0.05, targetKnobs),
    learners: { critic: { optimizer: optimizers.critic, learningRate: 0.01 }, policy: { optimizer: optimizers.policy, learningRate: 0.01 } },
    dispose: () => [...Object.values(models), ...Object.values(optimizers)].forEach((life) => life.dispose()),
  };
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0);
const mean = (numbers: readonly number[]) => total(numbers) / numbers.length;

describe('one update', () => {
  it('begins at ratio 1, with nothing clipped, the mean advantage of 0 as its loss, and half the mean squared return as the error of a critic of zeros', async () => {
    const { rollout, targets, learners, dispose } = await made();
    const [read] = await readScalars([updateOn(rollout, targets, [0, 1, 2], learners, updateKnobs)]);
    const returns = targets.returns.flat();
    expect(read!['val/ratio']).toBeCloseTo(1, 6);
    expect(read!['policy/clipfrac_avg']).toBe(0);
    expect(read!['policy/approxkl_avg']).toBeCloseTo(0, 9);
    expect(read!['loss/policy_avg']).toBeCloseTo(0, 6);
    expect(read!['loss/value_avg']).toBeCloseTo(mean(returns.map((x) => x ** 2)) / 2, 5);
    dispose();
  });

  it('makes likelier what had an advantage, and moves values toward returns', async () => {
    const { rollout, views, targets, learners, dispose } = await made();
    for (let i = 0; i < 5; i++) await readScalars([updateOn(rollout, targets, [0, 1, 2], learners, updateKnobs)]);
    const after = await observe(rows, views, 1);
    const gained = rows.map((_, i) => total(after.logProbs[i]!) - total(rollout.logProbs[i]!));
    expect(gained[0]).toBeGreaterThan(0);
    expect(gained[2]).toBeLessThan(0);
    const errorOf = (values: readonly (readonly number[])[]) => mean(values.flatMap((row, i) => row.map((value, t) => (value - targets.returns[i]![t]!) ** 2)));
    expect(errorOf(after.values)).toBeLessThan(errorOf(rollout.values));
    dispose();
  });

  it('of the critic alone leaves the policy as it was', async () => {
    const { models, rollout, targets, learners: { critic }, dispose } = await made();
    const [policyBefore, criticBefore] = [await models.policy.read(), await models.critic.read()];
    const [read] = await readScalars([updateOn(rollout, targets, [2, 0], { critic }, updateKnobs)]);
    expect(read).not.toHaveProperty('loss/policy_avg');
    expect(await models.policy.read()).toEqual(policyBefore);
    expect(await models.critic.read()).not.toEqual(criticBefore);
    dispose();
  });

  it('with an entropy bonus leaves the policy less decided than without', async () => {
    const entropies: number[] = [];
    for (const entropyCoef of [0, 1]) {
      const { rollout, targets, learners, dispose } = await made();
      let entropy = 0;
      for (let i = 0; i < 6; i++) {
        const [read] = await readScalars([updateOn(rollout, targets, [0, 1, 2], learners, { ...updateKnobs, entropyCoef })]);
        entropy = read!['policy/entropy_avg']!;
      }
      entropies.push(entropy);
      dispose();
    }
    expect(entropies[1]).toBeGreaterThan(entropies[0]! + 0.01);
  });

  it('leaves no tensor behind but the measures', async () => {
    const { rollout, targets, learners, dispose } = await made();
    const before = tf.memory().numTensors;
    await readScalars([updateOn(rollout, targets, [1], learners, { ...updateKnobs, entropyCoef: 0.1 })]);
    expect(tf.memory().numTensors).toBe(before);
    dispose();
  });
});

/** Token 3 is what pays: gold counts it. Prompts are as long as asked for. */
function countingTask(promptLength = 1, gold = (completion: readonly number[]) => completion.filter((token) => token === 3).length): Task {
  const prompt = Array<number>(promptLength).fill(2);
  return {
    tokenizer: { vocabulary: ['▁', '⏎', 'a', 'b', 'c'], decode: (tokens) => tokens.join(''), written: () => writtenAlphabet(['▁', '⏎', 'a', 'b', 'c']) },
    context: SHAPE.context, corpus: () => [], demonstration: () => ({ prompt, completion: [EOS] }), demonstrationCount: () => 0,
    prompt: () => prompt, read: () => prompt, showcase: () => [prompt], pairs: () => [], isVerifiable: true,
    gold: (_, completion) => gold(completion), isReal: () => true, ceiling: () => 1,
  };
}

const SIZE = { batchSize: 32, steps: 12, learningRate: 0.01, criticRate: 0.01, criticWarmup: 2, warmup: 1, evaluateEvery: 100, evaluateOn: 16, finalRate: 1 };

/** A PPO stage without a reward model, from a random policy. */
function stageOf(task: Task, set: object = {}) {
  const config = parseRunConfig({ recipe: 'test', seed: 3, task: { id: 'names' }, model: MODEL, stages: [{ id: 'pretrain', start: {}, train: { algorithm: 'pretrain' } }, { id: 'ppo', start: { policy: 'pretrain' }, train: { algorithm: 'ppo', ...SIZE, ...set } }] });
  const stage = new Stage({ config, stage: config.stages[1]!, task, starts: new Map([['policy', { model: MODEL, weights: weightsOf('none', 'policy') }]]) });
  const { train } = config.stages[1]!;
  if (train.algorithm !== 'ppo') throw new Error('stageOf: want a stage of PPO');
  return { stage, steps: ppo(stage, train) };
}

async function rowsOf(task: Task, set: object = {}) {
  const { stage, steps } = stageOf(task, set);
  const reports = [];
  for await (const report of steps) reports.push(report);
  stage.dispose();
  return reports;
}

describe('a stage with a reward model', () => {
  const other = { width: 12, layers: 1, heads: 2 };
  /** @param bias of its score head: every reward at first */
  function judgedBy(bias: number) {
    const config = parseRunConfig({ recipe: 'test', seed: 3, task: { id: 'names' }, model: MODEL, stages: [
      { id: 'pretrain', start: {}, train: { algorithm: 'pretrain' } },
      { id: 'reward-model', start: { trunk: 'pretrain' }, model: other, train: { algorithm: 'reward-model' } },
      { id: 'ppo', start: { policy: 'pretrain', reward: 'reward-model' }, train: { algorithm: 'ppo', ...SIZE, missingEosPenalty: 0 } },
    ] });
    const shape = { ...SHAPE, ...other };
    const reward = new Map(initialWeights(parameterShapes(shape, 'score'), shape, Random.of(1, 'reward'))).set('score.bias', Float32Array.of(bias));
    const stage = new Stage({ config, stage: config.stages[2]!, task: { ...countingTask(), isVerifiable: false }, starts: new Map([['policy', { model: MODEL, weights: weightsOf('none', 'policy') }], ['reward', { model: other, weights: reward }]]) });
    const { train } = config.stages[2]!;
    if (train.algorithm !== 'ppo') throw new Error('judgedBy: want a stage of PPO');
    return { stage, steps: ppo(stage, train) };
  }

  it('asks it and not the task, whatever its shape, and begins with its numbers as values', async () => {
    const { stage, steps } = judgedBy(0.75);
    const { value } = await steps.next();
    expect(value!.row['objective/scores']).toBe(0.75);
    expect(value!.samples!.prompts[0]!.now.tokens[0]!.value).toBeCloseTo(0.75, 1);
    const { shapes } = await stage.save();
    expect(shapes.get('critic/wte.weight')).toEqual([5, 12]);
    stage.dispose();
  });

  it('stops where its rewards are no numbers', async () => {
    const { stage, steps } = judgedBy(NaN);
    await expect(steps.next()).rejects.toMatchObject({ code: 'non-finite-reward' });
    stage.dispose();
  });
});

describe('a stage without a reward model', () => {
  it.each([
    ['default knobs', {}],
    ['k3, whitened rewards, biased whitening', { klEstimator: 'k3', rewardWhitening: 'on', whitening: 'biased' }],
    ['running normalisation, clipped rewards, an entropy bonus', { rewardNorm: 'running', rewardClip: 5, entropyCoef: 0.01 }],
    ['batch normalisation, missing ends replaced, adaptive KL', { rewardNorm: 'batch', missingEosRule: 'replace', klControl: 'adaptive' }],
  ])('learns from the task’s own rule: %s', async (_, set) => {
    const reports = await rowsOf(countingTask(), set);
    const scores = reports.map(({ row }) => row['objective/raw_scores']!);
    expect(mean(scores.slice(-3))).toBeGreaterThan(mean(scores.slice(0, 3)) + 0.7);
    expect(reports.every(({ row }) => Object.values(row).every(Number.isFinite))).toBe(true);
  });

  it('hacks a reward that pays for length, and says how much of it was bias', async () => {
    const reports = await rowsOf(countingTask(1, () => 0), { biasWeight: 1, missingEosPenalty: 0 });
    const lengths = reports.map(({ row }) => row['objective/bias']!);
    expect(mean(lengths.slice(-3))).toBeGreaterThan(mean(lengths.slice(0, 3)) + 0.7);
    expect(reports.at(-1)!.row['objective/raw_scores']).toBe(0);
    expect(reports.at(-1)!.row['objective/scores']).toBeCloseTo(lengths.at(-1)!, 6);
    expect(reports.at(-1)!.row).not.toHaveProperty('objective/length_correlation'); // the judge’s own score has no spread
  });

  it('shows what each token of its answers earned, and nothing of those before', async () => {
    const [first] = await rowsOf(countingTask(), { steps: 1, criticWarmup: 0 });
    const { before, now } = first!.samples!.prompts[0]!; // the first step is evaluated
    for (const token of before.tokens) expect(token).not.toHaveProperty('advantage');
    for (const { reward, value, advantage } of now.tokens) expect([reward, value, advantage].every((x) => Number.isFinite(x))).toBe(true);
    const penalty = now.ended ? 0 : 1;
    const kl = total(now.tokens.map(({ logProb, referenceLogProb }) => logProb - referenceLogProb));
    expect(total(now.tokens.map(({ reward }) => reward!))).toBeCloseTo(now.gold! - penalty - 0.05 * kl, 4);
  });

  it('goes on where it stopped, what running normalisation remembers among it', async () => {
    const { stage, steps } = stageOf(countingTask(), { rewardNorm: 'running', steps: 3 });
    await steps.next();
    const { state } = await stage.save();
    expect(state.counters['scores.count']).toBe(32);
    await steps.next();
    expect((await stage.save()).state.counters['scores.count']).toBe(64);
    stage.dispose();
  });

  it('refuses a warm-up of the critic that leaves no step to the policy', async () => {
    await expect(rowsOf(countingTask(), { steps: 2, criticWarmup: 2 })).rejects.toMatchObject({ code: 'invalid-config', detail: expect.stringContaining('critic warm-up') });
    expect(await rowsOf(countingTask(), { steps: 2, criticWarmup: 1 })).toHaveLength(2);
  });

  it('answers a prompt that leaves room for one token, and refuses one that leaves none', async () => {
    const [{ row }] = (await rowsOf(countingTask(SHAPE.context - 1), { steps: 1, criticWarmup: 0 })) as [{ row: Record<string, number> }]; // one step
    expect(row['samples/length']).toBe(1);
    expect(Object.values(row).every(Number.isFinite)).toBe(true);
    await expect(rowsOf(countingTask(SHAPE.context), { steps: 1, criticWarmup: 0 })).rejects.toMatchObject({ code: 'sequence-too-long' });
  });

  it('stops at a reward that is no number, before anything was learned from it', async () => {
    for (const broken of [NaN, Infinity]) {
      const { stage, steps } = stageOf(countingTask(1, (completion) => (completion.length > 1 ? broken : 0)));
      await expect(steps.next()).rejects.toMatchObject({ code: 'non-finite-reward' });
      expect(stage.step).toBe(0);
      stage.dispose();
    }
  });

  it('is refused where the task has no rule', async () => {
    const { stage, steps } = stageOf({ ...countingTask(), isVerifiable: false });
    await expect(steps.next()).rejects.toMatchObject({ code: 'invalid-config' });
    stage.dispose();
  });
});
