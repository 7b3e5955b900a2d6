/** Reports, drawings and notebooks: what they hold, and that no text of a run can become anything but text. */
import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineFigureOf } from '../../src/charts/line-figure';
import { escaped } from '../../src/charts/svg';
import { asRunId } from '../../src/contract/ids';
import { appendRow, emptyColumns, type MetricColumns, type MetricRow } from '../../src/contract/metrics';
import { EXPORTS, exportAs, type ExportSource } from '../../src/exports';
import { bundleOf } from './made-runs';
import { madeReport } from '../page/fixtures';

const HOSTILE = `</script><script>alert("1")</script>'"><img src=x onerror=alert(1)>&amp;]]>\u0000\ud800`;

async function textAs(id: string, source: ExportSource): Promise<string> {
  const { content } = await exportAs(EXPORTS.find((each) => each.id === id)!, source);
  return new TextDecoder().decode(Buffer.concat([...content]));
}

function hostileRun(id = 'run-a'): ExportSource['runs'][number] {
  const { record, stages } = bundleOf(asRunId(id));
  const answer = { text: HOSTILE, ended: true, gold: NaN, proxy: -Infinity, tokens: [] };
  return {
    record: { ...record, name: `${HOSTILE} ${id}`, appVersion: HOSTILE, parents: [{ run: asRunId(HOSTILE), stage: HOSTILE, step: 1 }] },
    stages: stages.map(({ stage, history }) => ({
      stage: { ...stage, engine: { engine: 'wasm' as const, adapter: HOSTILE, note: '' }, ...(stage.stage === 'reward-model' && { report: { ...madeReport(), sections: [{ ...madeReport().sections[0]!, title: HOSTILE, says: HOSTILE }] } }) },
      history: { ...history, samples: [{ step: 3, prompts: [{ prompt: HOSTILE, before: answer, now: answer }] }] },
    })),
  };
}

const columnsOf = (rows: readonly MetricRow[]): MetricColumns => {
  const history = emptyColumns();
  rows.forEach((row, step) => appendRow(history, step, row));
  return history;
};

/** Every tag of a document, without the style sheet's text; fails where a bracket opens none. */
function tagsOf(html: string): { name: string; attributes: string }[] {
  const body = html.replace(/<style>[^<]*<\/style>/, '');
  const tags = Array.from(body.matchAll(/<(\/?[a-z!][\w-]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*\/?>/gi), ([, name, attributes]) => ({ name: name!.toLowerCase(), attributes: attributes! })); // both groups are always there
  expect(body.split('<').length - 1).toBe(tags.length);
  return tags;
}

/** What a report may be made of. */
const ALLOWED = ['!doctype', 'html', 'head', 'meta', 'title', 'body', 'header', 'main', 'nav', 'section', 'h1', 'h2', 'h3', 'p', 'ul', 'li', 'a', 'strong', 'br', 'small', 'dl', 'dt', 'dd', 'div', 'figure', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'svg', 'g', 'rect', 'path', 'circle', 'text', 'polygon'];

test.each([['one run', [hostileRun()]], ['two runs', [hostileRun(), hostileRun('run-b')]]])('a report of %s keeps hostile texts texts, loads nothing and runs nothing', async (_, runs) => {
  const html = await textAs('report', { runs, stage: '' });
  const tags = tagsOf(html);
  expect(tags.map(({ name }) => name.replace('/', '')).filter((name) => !ALLOWED.includes(name))).toEqual([]);
  for (const { name, attributes } of tags) {
    expect(attributes, name).not.toMatch(/\s(?:on\w+|style|src)=/i);
    for (const [, link] of attributes.matchAll(/\shref="([^"]*)"/g)) expect(link).toMatch(/^#/);
  }
  expect(html).not.toContain('\u0000');
  const anchors = Array.from(html.matchAll(/ id="([^"]*)"/g), ([, id]) => id);
  expect(new Set(anchors).size).toBe(anchors.length);
  for (const [, link] of html.matchAll(/ href="#([^"]*)"/g)) expect(anchors).toContain(link);
  for (const [, by] of html.matchAll(/ aria-labelledby="([^"]*)"/g)) expect(anchors).toContain(by);
});

test('its policy allows the one style sheet it has, by hash, and nothing else', async () => {
  const html = await textAs('report', { runs: [hostileRun()], stage: '' });
  const style = /<style>([^<]*)<\/style>/.exec(html)![1]!;
  expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'">`);
  expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style>'));
  expect(style).toMatch(/color-scheme:light dark/);
  expect(style).toMatch(/@media print/);
});

test('a report says what a run is, what it measured, what its models said and what its reward model is worth', async () => {
  const { record, stages } = bundleOf();
  const html = await textAs('report', { stage: '', runs: [{ record, stages: stages.map(({ stage, history }) => ({ history, stage: stage.stage === 'reward-model' ? { ...stage, report: madeReport() } : stage })) }] });
  for (const text of ['Names, seed 7', 'names-ppo', 'ppo.klCoef', 'What this reward model is worth', 'Calibration error', 'Whether its margins are honest', 'No alarm at its end.', '<td class="text" dir="auto">ba</td>']) expect(html).toContain(text);
  expect(html).toMatch(/<th scope="row">loss<small>[^<]+<\/small><\/th><td class="number">0\.1000?<\/td><td>nats<\/td>/);
  for (const { stage } of stages) expect(html).toContain(`<h2 id="run-1-${stage.stage}">`);
});

test('text escapes in every place, and stays what it was', () =>
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    const safe = escaped(text);
    expect(safe).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
    const back = safe.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name]!); // one of five
    expect(back).toBe(text.replace(/[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu, '\uFFFD'));
  })));

const SIZE = { width: 400, height: 200 } as const;
const figureOf = (values: (number | null)[], steps = values.map((_, i) => i)) => lineFigureOf({ title: 'a < b', lines: [{ name: HOSTILE, unit: 'nats', steps, values }] }, SIZE);
const pathsOf = (svg: string) => Array.from(svg.matchAll(/<path d="([^"]*)" stroke="[^"]*" class="stroke-1" stroke-width="1.75"/g), ([, d]) => d!);

test('a curve runs through every measured value, at its place', () => {
  const [path] = pathsOf(figureOf([0, null, 1, 0.5]));
  const points = Array.from(path!.matchAll(/[ML]([\d.]+) ([\d.]+)/g), ([, x, y]) => [Number(x), Number(y)] as const);
  expect(points).toHaveLength(3);
  const [[x0, y0], [x1, y1], [x2, y2]] = points as [readonly [number, number], readonly [number, number], readonly [number, number]]; // three
  expect((x1 - x0) / (x2 - x0)).toBeCloseTo(2 / 3, 2);
  expect((y0 - y2) / (y0 - y1)).toBeCloseTo(0.5, 2);
  expect(x2).toBeCloseTo(390, 1);
});

test('drawings are well-formed for any numbers, and hold no word for what is no number', () =>
  fc.assert(fc.property(fc.array(fc.option(fc.double()), { maxLength: 30 }), fc.array(fc.option(fc.double()), { maxLength: 30 }), (a, b) => {
    const steps = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i * 10);
    const svg = lineFigureOf({ title: '"', lines: [{ name: 'a', unit: 'nats', steps: steps.slice(0, a.length), values: a }, { name: 'b', unit: 'tokens', steps: steps.slice(0, b.length), values: b }], healthy: { low: 0, leaving: '' } }, SIZE);
    for (const [, coordinates] of svg.matchAll(/ (?:d|x|y|cx|cy|width|height)="([^"]*)"/g)) expect(coordinates).not.toMatch(/NaN|Infinity|undefined/);
    tagsOf(svg);
    for (const tag of ['g', 'text', 'svg', 'title']) expect(svg.split(`<${tag}`).length, tag).toBe(svg.split(`</${tag}>`).length);
  })));

test('nothing measured, one value, and values that are no numbers are said', () => {
  expect(figureOf([])).toContain('nothing measured');
  expect(figureOf([null, null])).toContain('nothing measured');
  expect(figureOf([2]).match(/<circle/g)).toHaveLength(1);
  expect(figureOf([1, NaN, Infinity, 2])).toContain('not drawn: 2 values that are no finite number');
});

test('every chart of a run is a file, and two runs share one a metric', async () => {
  const [one, two] = [bundleOf(asRunId('run-a')), bundleOf(asRunId('run-b'))].map(({ record, stages }) => ({ record, stages: stages.map(({ stage, history }) => ({ stage, history: { ...history, metrics: columnsOf([{ loss: 2, eval_loss: 3 }, { loss: 1 }]) } })) }));
  const files = async (runs: ExportSource['runs']) => Object.keys(unzipSync(Buffer.concat([...(await exportAs(EXPORTS.find(({ id }) => id === 'svg')!, { runs, stage: 'sft' })).content])));
  expect(await files([one!])).toEqual(['pretrain-loss.svg', 'sft-loss.svg', 'reward-model-loss.svg']);
  expect(await files([one!, two!])).toEqual(['loss.svg', 'eval_loss.svg'].map((name) => name.replace('_', '-')));
});

test('charts as PNG are drawn from the same SVG', async () => {
  const { record, stages } = bundleOf();
  const drawn: string[] = [];
  const rasterise = (svg: string) => { drawn.push(svg); return Promise.resolve(Uint8Array.of(drawn.length)); };
  const { content } = await exportAs(EXPORTS.find(({ id }) => id === 'png')!, { runs: [{ record, stages }], stage: '' }, { rasterise });
  const entries = unzipSync(Buffer.concat([...content]));
  const svgs = unzipSync(Buffer.concat([...(await exportAs(EXPORTS.find(({ id }) => id === 'svg')!, { runs: [{ record, stages }], stage: '' })).content]));
  expect(Object.keys(entries)).toEqual(Object.keys(svgs).map((name) => name.replace(/svg$/, 'png')));
  expect(drawn).toEqual(Object.values(svgs).map((bytes) => new TextDecoder().decode(bytes)));
});

test('a notebook is one of format 4.5, and a hostile name is a text in it', async () => {
  const book = JSON.parse(await textAs('notebook', { runs: [hostileRun(), hostileRun('run-b')], stage: '' })) as { nbformat: number; nbformat_minor: number; cells: { cell_type: string; id: string; source: string[]; outputs?: unknown[]; execution_count?: null }[] }; // what was just written
  expect([book.nbformat, book.nbformat_minor]).toEqual([4, 5]);
  expect(new Set(book.cells.map(({ id }) => id)).size).toBe(book.cells.length);
  for (const { cell_type: type, id, source, outputs, execution_count: count } of book.cells) {
    expect(id).toMatch(/^[\w-]{1,64}$/);
    expect([outputs, count]).toEqual(type === 'code' ? [[], null] : [undefined, undefined]);
    for (const line of source.slice(0, -1)) expect(line.indexOf('\n')).toBe(line.length - 1);
    if (id !== 'about') expect(source.join('')).not.toContain('alert(');
  }
  // Names of files hold letters, digits and dashes only.
  expect(book.cells.find(({ id }) => id === 'files')!.source.join('')).toMatch(/^FILES = \[\n(?: {4}"[\p{L}\p{N}-]+\.nudge",\n)+\]$/u);
});
