/** Runs written as tables: what each format says is what was measured, whatever a run is called and whatever its numbers are. */
import { unzipSync } from 'fflate';
import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { asRunId } from '../../src/contract/ids';
import { appendRow, emptyColumns, type MetricColumns, type MetricName, type MetricRow } from '../../src/contract/metrics';
import { EXPORTS, exportAs, sourceOf, type ExportSource } from '../../src/exports';
import { fileNames } from '../../src/exports/file-names';
import { memoryStore } from '../../src/storage/memory-store';
import { rowsOf } from '../../src/storage/json-entries';
import { bundleOf, stageRecord, RUN } from './made-runs';

const HOSTILE = `=cmd|'/C calc'!A0,"\n</script><b>é\u2028`;

/** A run of one stage with this history, under the hostile name. */
function sourceWith(...histories: MetricColumns[]): ExportSource {
  return {
    stage: '',
    runs: histories.map((metrics, i) => {
      const { record } = bundleOf(asRunId(`run-${i}`));
      return { record: { ...record, name: HOSTILE, config: { ...record.config, seed: i } }, stages: [{ stage: stageRecord('sft', 3, record.id), history: { metrics, samples: [], events: [] } }] };
    }),
  };
}

function columnsOf(rows: readonly MetricRow[]): MetricColumns {
  const history = emptyColumns();
  rows.forEach((row, step) => appendRow(history, step, row));
  return history;
}

async function bytesAs(id: string, source: ExportSource): Promise<Uint8Array<ArrayBuffer>> {
  const { content } = await exportAs(EXPORTS.find((each) => each.id === id)!, source);
  return Buffer.concat([...content]);
}

const textAs = async (id: string, source: ExportSource): Promise<string> => new TextDecoder().decode(await bytesAs(id, source));

const entriesAs = async (id: string, source: ExportSource): Promise<Record<string, string>> => Object.fromEntries(Object.entries(unzipSync(await bytesAs(id, source))).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));

const cellsOf = (text: string): string[][] => Papa.parse<string[]>(text.trimEnd()).data;

const NAMES = ['loss', 'kl', 'rewards/margins'] as const satisfies readonly MetricName[];
const anyRows = fc.array(fc.record({ loss: fc.double(), kl: fc.double(), 'rewards/margins': fc.double() }, { requiredKeys: [] }), { maxLength: 20 });

/** -0 has no sign in a cell. */
const plain = (value: number): number => (value === 0 ? 0 : value);

test('CSV holds every number of every step, not a number and infinities too', () =>
  fc.assert(fc.asyncProperty(anyRows, async (rows) => {
    const [head = [], ...lines] = cellsOf(await textAs('csv', sourceWith(columnsOf(rows))));
    expect(head.slice(0, 5)).toEqual(['run', 'id', 'seed', 'stage', 'step']);
    const read = lines.map((cells) => Object.fromEntries(head.flatMap((name, i) => (i > 4 && cells[i] !== '' ? [[name, Number(cells[i])]] : []))));
    expect(read).toEqual(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))));
  })));

test('JSON Lines give back every row, each number as it was', () =>
  fc.assert(fc.asyncProperty(anyRows, async (rows) => {
    const text = await textAs('jsonl', sourceWith(columnsOf(rows)));
    const read = text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>); // what was just written
    expect(read.map((row) => row['run'])).toEqual(rows.map(() => HOSTILE));
    expect(read.map((row) => Object.fromEntries(NAMES.flatMap((name) => (name in row ? [[name, Number(row[name])]] : []))))).toEqual(rows);
  })));

test('a name that a spreadsheet would run is text, and stands in its own cell', async () => {
  const [, line] = cellsOf(await textAs('csv', sourceWith(columnsOf([{ loss: -1 }]))));
  expect(line).toEqual([`'${HOSTILE}`, 'run-0', '0', 'sft', '0', '-1']);
});

test('without any measurement there is a head and nothing else, or an empty file', async () => {
  const nothing = sourceWith(emptyColumns());
  expect(await textAs('csv', nothing)).toBe('run,id,seed,stage,step\n');
  expect(await textAs('jsonl', nothing)).toBe('');
  expect(await entriesAs('svg', nothing)).toEqual({});
  const noStage = { ...nothing, runs: nothing.runs.map((run) => ({ ...run, stages: [] })) };
  for (const format of EXPORTS) {
    if (format.needsDrawing) continue;
    for (const source of [nothing, noStage, { ...noStage, runs: [...noStage.runs, ...nothing.runs] }]) expect((await bytesAs(format.id, source)).length, format.id).toBeGreaterThanOrEqual(0);
  }
});

test('a comparison holds last values, means over seeds and curves', async () => {
  const source = sourceWith(columnsOf([{ loss: 3 }, { loss: 1 }]), columnsOf([{ loss: 4 }, { loss: 2 }, {}]), columnsOf([{ loss: 4 }, { loss: 5 }]));
  const entries = await entriesAs('comparison', source);
  expect(Object.keys(entries)).toEqual(['last-values.csv', 'curves.csv', 'reward-against-distance.csv', 'settings.csv']);
  const [head, ...lines] = cellsOf(entries['last-values.csv']!);
  expect(head).toEqual(['run', 'id', 'seed', 'stage', 'step', 'of', 'loss']);
  expect(lines.slice(0, 3).map((cells) => cells.slice(1))).toEqual([['run-0', '0', 'sft', '1', 'last value', '1'], ['run-1', '1', 'sft', '2', 'last value', '2'], ['run-2', '2', 'sft', '1', 'last value', '5']]);
  // The second run has another step, so the first and the third are the seeds of one setting: (1 + 5) / 2, √((2² + 2²) / 1).
  expect(lines.slice(3).map((cells) => cells.slice(5))).toEqual([['mean of 2 seeds', '3'], ['standard deviation over 2 seeds', String(Math.sqrt(8))]]);
  // Names come from anybody, also in a head.
  expect(cellsOf(entries['settings.csv']!)).toEqual([['setting', ...Array.from({ length: 3 }, () => `'${HOSTILE}`)], ['id', 'run-0', 'run-1', 'run-2'], ['seed', '0', '1', '2']]);
  expect(cellsOf(entries['curves.csv']!).slice(1).map((cells) => cells.slice(1))).toEqual([['run-0', '0', 'sft', '0', '3'], ['run-0', '0', 'sft', '1', '1'], ['run-1', '1', 'sft', '0', '4'], ['run-1', '1', 'sft', '1', '2'], ['run-1', '1', 'sft', '2', ''], ['run-2', '2', 'sft', '0', '4'], ['run-2', '2', 'sft', '1', '5']]);
});

test('what is exported is what the store has, in the order of the recipe; a run that is gone is left out', async () => {
  const store = memoryStore();
  await store.putBundle(bundleOf());
  const { runs } = await sourceOf(store, [RUN, asRunId('gone')]);
  expect(runs.map(({ record, stages }) => [record.id, stages.map(({ stage }) => stage.stage)])).toEqual([[RUN, ['pretrain', 'sft', 'reward-model', 'ppo']]]);
  const text = await textAs('jsonl', { runs, stage: '' });
  expect(text.split('\n').length - 1).toBe(runs[0]!.stages.reduce((sum, { history }) => sum + rowsOf(history.metrics).length, 0));
});

test('the same runs give the same bytes, under names that say what they are', async () => {
  const source = sourceWith(columnsOf([{ loss: 1 }]));
  for (const format of EXPORTS) {
    if (format.needsDrawing) continue;
    expect(await bytesAs(format.id, source), format.id).toEqual(await bytesAs(format.id, source));
    const { name } = await exportAs(format, source);
    expect(name).toMatch(new RegExp(`^cmd-C-calc-A0-script-b-é-(?:metrics|report|notebook|comparison|tensorboard|svg)\\.${format.ending}$`));
  }
  expect(new Set(EXPORTS.map(({ id }) => id)).size).toBe(EXPORTS.length);
});

test('two runs of one name get two folders, one run always the same', () => {
  const names = fileNames();
  expect([names.of('A/b', '1'), names.of('a b', '2'), names.of('A/b', '1'), names.of('..', '3'), names.of('../../etc', '4')]).toEqual(['A-b', 'a-b-2', 'A-b', 'run', 'etc']);
});

test('a million rows are written in pieces, in bounded time and memory', async () => {
  const rows = 1_000_000;
  const column = (of: number) => Array.from({ length: rows }, (_, i) => Math.sin(of * i));
  const source = sourceWith({ steps: Array.from({ length: rows }, (_, i) => i), columns: { loss: column(1), kl: column(2), grad_norm: column(3) } });
  for (const id of ['csv', 'jsonl', 'tensorboard', 'svg', 'report']) {
    const began = performance.now();
    const { content } = await exportAs(EXPORTS.find((each) => each.id === id)!, source);
    let [longest, whole] = [0, 0];
    for (const piece of content) {
      longest = Math.max(longest, piece.length);
      whole += piece.length;
    }
    const seconds = (performance.now() - began) / 1000;
    expect(seconds, `${id}: seconds`).toBeLessThan(40);
    expect(longest, `${id}: longest piece`).toBeLessThan(4e6);
    if (id === 'csv' || id === 'jsonl') expect(whole, id).toBeGreaterThan(60 * rows);
    else if (id !== 'tensorboard') expect(whole, `${id}: a drawing has no more points than it has places`).toBeLessThan(400_000);
  }
}, 200_000);
