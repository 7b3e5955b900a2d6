/** How much better answers have become, by hand; and what the experiment on sentences makes of it. */
import { expect, test } from 'vitest';
import { appendRow, emptyColumns, type MetricRow } from '../../src/contract/metrics';
import type { RunResult } from '../../src/experiments';
import { sentencesAlignment } from '../../src/experiments/sentences-alignment';
import { EOS, TASKS } from '../../src/tasks';
import { winRate } from '../../workers/stage/evaluate';

test('the gain is the mean difference of gold rewards on the same prompts, with its standard error', () => {
  const task = TASKS.digits.open('', { id: 'digits', digits: 3, answer: 'copy', mistakes: 0, pairs: 64, labelTemperature: 0.1 });
  const tokensOf = (text: string) => [...text].map((sign) => task.tokenizer.vocabulary.indexOf(sign));
  const rowsOf = (answers: readonly string[]) => answers.map((answer) => ({ prompt: tokensOf('123→'), completion: [...tokensOf(answer), EOS] }));
  // Three digits right against none, none against none, two against one, and none against three.
  const row = winRate(task, rowsOf(['123', '000', '120', '000']), rowsOf(['000', '000', '100', '123']));
  const gains = [1, 0, 1 / 3, -1];
  expect(row['gold/gain']).toBeCloseTo(1 / 12, 12);
  expect(row['gold/gain_stderr']).toBeCloseTo(Math.sqrt(gains.reduce((sum, gain) => sum + (gain - 1 / 12) ** 2, 0) / 3 / 4), 12);
  expect(row['gold/win_rate']).toBeCloseTo(2.5 / 4, 12);
});

const [config] = sentencesAlignment.plan([1], []);
const resultOf = (seed: number, rows: Record<string, MetricRow>): RunResult => ({
  config: { ...config!, seed }, // one seed, one run
  stages: Object.entries(rows).map(([id, row]) => {
    const history = emptyColumns();
    appendRow(history, 1, row);
    return { id, seconds: 1, history };
  }),
});

test('seeds are counted whose own interval is above 0 and whose samples are still English to the first model', () => {
  const sft = { 'samples/perplexity': 20, 'gold/gain': 0.5, 'gold/reward': 0.1 };
  const report = sentencesAlignment.report([
    resultOf(1, { sft, dpo: { 'gold/gain': 0.3, 'gold/gain_stderr': 0.1, 'samples/perplexity': 29 }, ppo: { 'gold/gain': 0.3, 'gold/gain_stderr': 0.2, 'samples/perplexity': 31 } }),
    resultOf(2, { sft, dpo: { 'gold/gain': 0.2, 'gold/gain_stderr': 0.01, 'samples/perplexity': 30 } }),
  ]);
  expect(report.notes[0]).toMatch(/^dpo: .* in 2 of 2 seeds; .* in 2 of 2\.$/);
  expect(report.notes[1]).toMatch(/^ppo: .* in 0 of 1 seeds; .* in 0 of 1\.$/);
  const [methods, seeds] = report.tables;
  const cell = (row: string, column: string) => methods!.rows.find(({ name }) => name === row)!.cells[methods!.columns.findIndex(({ name }) => name === column)];
  expect(cell('dpo', 'gold over SFT')!.mean).toBeCloseTo(0.25, 12);
  expect(cell('sft', 'gold over SFT')).toBeNull();
  expect(cell('dpo', 'perplexity ratio')!.values).toEqual([1.45, 1.5]);
  expect(cell('sft', 'perplexity ratio')!.mean).toBe(1);
  expect(seeds!.rows.map(({ name }) => name)).toEqual(['dpo, seed 1', 'dpo, seed 2', 'ppo, seed 1']);
  expect(seeds!.rows[0]!.cells[0]!.low).toBeCloseTo(0.3 - 1.959964 * 0.1, 6);
});

test('of nothing trained yet there is a report too', () => {
  expect(sentencesAlignment.report([]).notes).toHaveLength(1);
});
