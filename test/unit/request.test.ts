/** What the batch door says to a request that it cannot understand: what is wrong, and what could be asked instead. */
import { describe, expect, it } from 'vitest';
import { RECIPES as ALL_RECIPES } from '../../src/recipes';
import { requestOf, USAGE } from '../../scripts/request';

const RECIPES = ALL_RECIPES.map(({ id }) => id).join(', ');

describe('a request that cannot be understood is refused, and says what could be', () => {
  it.each<[string, string[], string[]]>([
    ['an unknown recipe', ['names-dop'], ['There is no such recipe', 'names-dop', `valid: ${RECIPES}`]],
    ['no name', ['--seed', '1'], ['want one name, got 0', RECIPES]],
    ['two names', ['names-dpo', 'names-ppo'], ['want one name, got 2', RECIPES]],
    ['an unknown knob', ['names-dpo', '--set', 'dpo.betta=1'], ['There is no such knob', 'dpo.betta=1', 'task.decade', 'model.width', 'pretrain.steps', 'sft.learningRate', 'dpo.beta']],
    ['a knob of another recipe', ['names-dpo', '--set', 'ppo.klCoef=1'], ['There is no such knob', 'valid: task.decade']],
    ['a value out of range', ['names-dpo', '--set', 'dpo.beta=9'], ['outside its range', 'dpo.beta must be 0.001 to 5, got 9']],
    ['a value that is none', ['names-dpo', '--set', 'sft.steps=many'], ['sft.steps must be a whole number 1 to 100000, got many']],
    ['a seed that is no number', ['names-dpo', '--seed', 'lucky'], ['seed']],
    ['an empty seed', ['names-dpo', '--seed', ''], ['seed']],
    ['half a seed', ['names-dpo', '--seed', '1.5'], ['seed']],
    ['an unknown backend', ['names-dpo', '--backend', 'abacus'], ['backend must be wasm or webgpu, got abacus']],
    ['a recipe asked for as an experiment is', ['names-dpo', '--seeds', '5'], ['names-dpo is no experiment and knows no --seeds']],
    ['an experiment asked for as a recipe is', ['compare', '--seed', '5'], ['compare is an experiment and knows no --seed']],
    ['no seeds', ['compare', '--seeds', '0'], ['seeds must be a whole number from 1, got 0']],
    ['a knob no run of the experiment has', ['compare', '--set', 'ppo.betta=1'], ['There is no such knob', 'ppo.klCoef']],
    ['an unknown option', ['names-dpo', '--sed', '1'], ['--sed']],
    ['a recipe that asks a person, with nobody there', ['names-online-dpo', '--set', 'online-dpo.judge=visitor'], ['asks a person', 'online-dpo', '--visitor gold']],
    ['a visitor nobody knows', ['names-online-dpo', '--visitor', 'me'], ['visitor must be gold, got me']],
    ['a format nobody knows', ['names-dpo', '--export', 'xls=a.xls'], ['export must be format=file, got xls=a.xls', 'report', 'tensorboard']],
    ['a format that needs a browser', ['names-dpo', '--export', 'png=a.zip'], ['export must be format=file, got png=a.zip']],
    ['a format without a file', ['names-dpo', '--export', 'csv='], ['export must be format=file, got csv=']],
    ['your own data, and no file named', ['yours-dpo'], ['yours-dpo learns from your own data', '--data']],
    ['data where none are wanted', ['names-dpo', '--data', 'pairs.jsonl'], ['names-dpo brings its own data and knows no --data']],
    ['an experiment that would start from a model', ['compare', '--base', 'run.nudge'], ['compare is an experiment and knows no --base']],
    ['an experiment with a visitor', ['compare', '--visitor', 'gold'], ['compare is an experiment and knows no --visitor']],
  ])('%s', (_, args, words) => {
    for (const word of words) expect(() => requestOf(args)).toThrow(word);
  });
});

it('the usage names every recipe', () => {
  for (const { id } of ALL_RECIPES) expect(USAGE).toContain(id);
});

it('a recipe is asked for with its seed, its knobs and its files', () => {
  expect(requestOf(['names-dpo', '--seed', '7', '--set', 'dpo.beta=0.2', '--out', 'run.nudge', '--export', 'csv=a=b.csv', '--base', 'base.nudge', '--json'])).toMatchObject({
    config: { recipe: 'names-dpo', seed: 7, stages: [{ id: 'pretrain' }, { id: 'sft' }, { id: 'dpo', train: { beta: 0.2 } }] },
    backend: 'wasm', base: 'base.nudge', out: 'run.nudge', exports: [{ format: { id: 'csv' }, path: 'a=b.csv' }], json: true,
  });
});

it('an experiment is asked for with its seeds', () => {
  expect(requestOf(['compare', '--seeds', '3', '--workers', '1', '--keep', 'runs.json'])).toMatchObject({ experiment: { id: 'compare' }, workers: 1, keep: 'runs.json', json: false });
});
