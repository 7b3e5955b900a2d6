/**
 * Our shipped training loops against Hugging Face TRL, and PPO against PyTorch: the same weights, data and knobs, and every metric of every step.
 * A loss can be right by itself and its loop still wrong (a sign, a mask, a schedule, weight decay, epsilon): curves see all of it.
 * The numbers were recorded by test/golden/write-trajectories.py, which says how.
 */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ALGORITHMS, type AlgorithmConfig, type AlgorithmId } from '../../src/contract/algorithms';
import type { ModelConfig, StageConfig } from '../../src/contract/config';
import type { MetricName, MetricRow } from '../../src/contract/metrics';
import type { Example, PreferencePair, Task } from '../../src/tasks/task';
import { writtenAlphabet } from '../../src/tasks/tokenizer/written';
import { trainingSteps } from '../../workers/algorithms';
import { startEngine } from '../../workers/engine/engine';
import type { generate as shippedGenerate } from '../../workers/model/generate';
import { Stage, type Start } from '../../workers/stage/stage';

type Data = 'pairs' | 'oneTokenPrompts';

interface Trajectory {
  title: string;
  algorithm: AlgorithmId;
  data: Data;
  knobs: Record<string, number | string>;
  /** TRL's name -> a value each step */
  metrics: Record<string, number[]>;
}

interface Golden {
  vocabulary: string[];
  context: number;
  model: ModelConfig;
  steps: number;
  optimizer: { weightDecay: number; clipNorm: number };
  weights: Record<string, number[]>;
  score: Record<string, number[]>;
  data: Record<Data, PreferencePair[]>;
  /** What PPO samples: a batch each step, of the same prompts. */
  rollouts: Example[][];
  trajectories: Trajectory[];
}

const golden = JSON.parse(readFileSync('test/golden/trajectories.json', 'utf8')) as Golden; // our own file

/** Measures of TRL that ours are not held to. */
function isApart(name: string, { algorithm, knobs }: Trajectory): boolean {
  // We measure no raw logits; the step's number is the row's place.
  if (['logits/chosen', 'logits/rejected', 'step'].includes(name)) return true;
  // TRL logs means over tokens here; ours are sums in every method. TRL's are in rewards/*, which are β times them.
  if (['orpo', 'simpo'].includes(algorithm) && name.startsWith('logps/')) return true;
  // Without centring nothing but rounding moves the head's bias, of which AdamW makes steps: all rewards drift together, and no comparison sees it.
  if (knobs['centring'] === 0 && ['min_reward', 'mean_reward', 'max_reward'].includes(name)) return true;
  // TRL logs 0 for a term without weight; we measure it anyway.
  return name === 'nll_loss' && knobs['nllWeight'] === 0;
}

/** Relative to the recorded value. */
const TOLERANCE = 1e-3;
/** Relative to the largest value of its curve, for values that pass through 0 on their way: what float32 leaves of differences. */
const ROUNDING = 2e-5;

type Generate = typeof shippedGenerate;

/** Completions of the recorded rollouts that stand in for sampling, by their prompts; other prompts are answered as always. */
const recorded = vi.hoisted(() => new Map<readonly number[], (readonly number[])[]>());
vi.mock('../../workers/model/generate', async (original) => {
  const shipped = await original<{ generate: Generate }>();
  const generate: Generate = async (views, prompts, ...others) => {
    const completions = prompts.map((prompt) => recorded.get(prompt)?.shift());
    return completions.every((completion) => completion !== undefined) ? completions.map((completion) => [...completion]) : shipped.generate(views, prompts, ...others);
  };
  return { ...shipped, generate };
});

/** The recorded data and nothing else: what it says of truth is never trained on. */
function taskOf(pairs: readonly PreferencePair[]): Task {
  let drawn = 0;
  const prompts = golden.rollouts[0]!.map(({ prompt }) => prompt);
  recorded.clear();
  prompts.forEach((prompt, i) => recorded.set(prompt, golden.rollouts.map((rows) => rows[i]!.completion)));
  return {
    tokenizer: { vocabulary: golden.vocabulary, decode: (tokens) => tokens.map((token) => golden.vocabulary[token]).join(''), written: () => writtenAlphabet(golden.vocabulary) },
    context: golden.context,
    corpus: () => pairs.map(({ prompt, chosen }) => [...prompt, ...chosen]),
    demonstration: (_, index) => ({ prompt: pairs[index]!.prompt, completion: pairs[index]!.chosen }),
    demonstrationCount: () => pairs.length,
    prompt: (split) => (split === 'train' ? prompts[drawn++ % prompts.length]! : pairs[0]!.prompt),
    read: () => pairs[0]!.prompt,
    showcase: () => [pairs[0]!.prompt],
    pairs: () => pairs,
    isVerifiable: false,
    gold: () => 0,
    isReal: () => false,
    ceiling: () => 1,
  };
}

const numbersOf = (weights: Record<string, number[]>): Start => ({ model: golden.model, weights: new Map(Object.entries(weights).map(([name, numbers]) => [name, Float32Array.from(numbers)])) });

const trainOf = <A extends AlgorithmId>(algorithm: A, knobs: object) =>
  v.parse(ALGORITHMS[algorithm].config, { algorithm, ...golden.optimizer, steps: golden.steps, warmup: 0, finalRate: 0, evaluateEvery: 1000, evaluateOn: 16, ...knobs }) as AlgorithmConfig<A>; // the schema of A

/** A stage that starts from the recorded weights: policies without a head, scorers with it. */
function stageOf(train: StageConfig['train'], data: Data): Stage {
  const { starts } = ALGORITHMS[train.algorithm];
  const stage = { id: train.algorithm, start: {}, train };
  const task = taskOf(golden.data[data]);
  return new Stage({
    config: { recipe: 'golden', seed: 1, task: { id: 'names', decade: '1950', pairs: golden.data[data].length }, model: golden.model, stages: [stage] },
    stage,
    task,
    starts: new Map(Object.keys(starts).map((role) => [role, numbersOf(role === 'trunk' || role === 'reward' ? { ...golden.weights, ...golden.score } : golden.weights)])),
  });
}

async function rowsOf({ algorithm, data, knobs }: Trajectory): Promise<MetricRow[]> {
  const train = trainOf(algorithm, knobs);
  const stage = stageOf(train, data);
  const rows: MetricRow[] = [];
  const steps = trainingSteps(stage, train);
  for (let made = await steps.next([]); !made.done; made = await steps.next([])) if ('row' in made.value) rows.push(made.value.row);
  stage.dispose();
  return rows;
}

/** Everything that is further off than allowed, readable. */
const disagreements = (wanted: Record<string, number[]>, rows: readonly MetricRow[]): string[] =>
  Object.entries(wanted).flatMap(([name, curve]) =>
    curve.flatMap((want, i) => {
      const got = rows[i]?.[name as MetricName] ?? NaN; // a name that is none of ours gives NaN, and so is told
      const allowed = TOLERANCE * Math.abs(want) + ROUNDING * Math.max(...curve.map(Math.abs));
      return Math.abs(got - want) <= allowed ? [] : [`${name}, step ${i + 1}: want ${want}, got ${got}`];
    }),
  );

beforeAll(() => startEngine('wasm'));

describe('every step as recorded', () => {
  it.each(golden.trajectories)('$title', async (trajectory) => {
    const rows = await rowsOf(trajectory);
    expect(rows).toHaveLength(trajectory.metrics['loss/policy_avg']?.length ?? golden.steps);
    const wanted = Object.fromEntries(Object.entries(trajectory.metrics).filter(([name]) => !isApart(name, trajectory)));
    expect(disagreements(wanted, rows)).toEqual([]);
  });
});
