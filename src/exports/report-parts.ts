/** Sections of a report as HTML. Every text that comes from a run goes through `escaped`. */
import { numberText } from '../charts/format';
import { escaped } from '../charts/svg';
import { findingsOf, percent } from '../components/report-words';
import { ALGORITHMS, type AlgorithmInfo } from '../contract/algorithms';
import { partsOf, stageOf } from '../contract/config';
import { lastRow, METRIC_NAMES, metricInfo, METRICS } from '../contract/metrics';
import type { RewardReport } from '../contract/reward-report';
import type { Completion, SampleSet } from '../contract/run';
import { alarmsOf, watchedIn } from '../state/alarms';
import { comparedOf, metricsOf, seedMeans } from '../state/final-values';
import { settingsOf } from '../state/link';
import { taskDefinition } from '../tasks';
import { frontierFigures, overlayFigures, stageFigures, type Figure } from './figures';
import { measuredIn, type ExportedRun, type ExportedStage, type ExportSource } from './format';

const SIZE = { width: 400, height: 190 } as const;

interface Cell {
  text: string;
  kind?: 'number' | 'text' | 'value';
}

const number = (value: number | null | undefined): Cell => ({ text: numberText(value), kind: 'number' });
const cellText = ({ text, kind }: Cell): string => `<td${kind ? ` class="${kind}"` : ''}${kind === 'text' ? ' dir="auto"' : ''}>${escaped(text)}</td>`;

interface TableRow {
  head: string;
  /** Under the head, smaller. */
  says?: string;
  cells: readonly Cell[];
  isChanged?: boolean;
}

/** The first column heads the rows. A box that scrolls must be reachable by keyboard. */
function table(label: string, columns: readonly { text: string; title?: string; isNumber?: boolean }[], rows: readonly TableRow[]): string {
  const head = columns.map(({ text, title, isNumber }) => `<th scope="col"${isNumber ? ' class="number"' : ''}${title ? ` title="${escaped(title)}"` : ''}>${escaped(text)}</th>`).join('');
  const body = rows.map(({ head: name, says, cells, isChanged }) => `<tr${isChanged ? ' class="changed"' : ''}><th scope="row">${escaped(name)}${says ? `<small>${escaped(says)}</small>` : ''}</th>${cells.map(cellText).join('')}</tr>`).join('\n');
  return `<div class="scroll" role="region" aria-label="${escaped(label)}" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

/** @param wide what to call a box of drawings that are wider than a telephone, and scroll in it */
const chartsOf = (figures: readonly Figure[], wide?: string): string => (figures.length === 0 ? '' : `<div class="charts${wide ? ` wide" role="region" aria-label="${escaped(wide)}" tabindex="0` : ''}">\n${figures.map(({ svg }) => `<figure>${svg}</figure>`).join('\n')}\n</div>`);

const facts = (pairs: readonly (readonly [name: string, value: string])[]): string => `<dl class="facts">${pairs.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`;

export function aboutRun({ record: { id, name, config, created, appVersion, parents }, stages }: ExportedRun): string {
  const engines = [...new Set(stages.flatMap(({ stage: { engine } }) => (engine ? [`${engine.engine} (${engine.adapter})`] : [])))];
  const minutes = stages.reduce((sum, { stage }) => sum + stage.seconds, 0);
  return facts([
    ['Name', name], ['Recipe', config.recipe], ['Seed', String(config.seed)], ['Task', taskDefinition(config.task.id).title],
    ['Changed', settingsOf(config).join(', ') || 'nothing: the recipe as it is'],
    ['Begun', new Date(created).toISOString().replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ['Trained', `${numberText(Math.round(minutes))} s on ${engines.join(', ') || 'no engine yet'}`],
    ['Version', appVersion], ['Id', id],
    ...(parents.length > 0 ? [['Comes from', parents.map(({ run, stage, step }) => `${run}, ${stage}, step ${step}`).join('; ')] as const] : []),
  ]);
}

/** Every knob of every part; what differs from the recipe stands out. */
export function configSection({ record: { config } }: ExportedRun): string {
  const changed = new Set(settingsOf(config).map((setting) => setting.replace(/=.*$/s, '')));
  const rows = [...partsOf(config)].flatMap(([part, { knobs, values }]) => knobs.map(({ name, title, help }): TableRow => {
    const isChanged = changed.has(`${part}.${name}`);
    return { head: `${part}.${name}`, says: `${title}. ${help}`, cells: [{ text: `${String(values[name] ?? '')}${isChanged ? ' (changed)' : ''}`, kind: 'value' }], isChanged };
  }));
  return `<h3>Configuration</h3>\n${table('Configuration', [{ text: 'setting' }, { text: 'value' }], rows)}`;
}

function samplesPart({ step, prompts }: SampleSet): string {
  /** Rewards that were measured of any answer. */
  const shown = (['gold', 'proxy'] as const).filter((name) => prompts.some(({ before, now }) => before[name] !== undefined || now[name] !== undefined));
  const heads = shown.map((name) => ({ text: name === 'gold' ? 'gold' : 'score', isNumber: true }));
  const scores = (completion: Completion): Cell[] => shown.map((name) => number(completion[name]));
  const rows = prompts.map(({ prompt, before, now }): TableRow => ({ head: prompt || '(nothing)', cells: [{ text: before.text, kind: 'text' }, ...scores(before), { text: now.text, kind: 'text' }, ...scores(now)] }));
  const says = shown.length === 0 ? '' : ` ${[...(shown.includes('gold') ? ['Gold is the true reward.'] : []), ...(shown.includes('proxy') ? ['Score is the reward model’s.'] : [])].join(' ')}`;
  return `<h3>Samples</h3>\n<p class="soft-text">The same prompts answered by the model the stage began from and by the model at step ${step}.${says}</p>\n${table('Samples', [{ text: 'prompt' }, { text: 'before' }, ...heads, { text: 'now' }, ...heads], rows)}`;
}

function rewardPart(report: RewardReport): string {
  const shares = [{ text: 'pairs', isNumber: true }, { text: 'right', isNumber: true }, { text: '95 %', isNumber: true }];
  const bins = report.bins.map(({ from, to, expected, share, low, high, n }): TableRow => ({ head: `${numberText(from)} to ${numberText(to)}`, cells: [{ text: percent(expected), kind: 'number' }, number(n), { text: percent(share), kind: 'number' }, { text: `${percent(low)} to ${percent(high)}`, kind: 'number' }] }));
  const sections = report.sections.map(({ title, says, accuracy: { n, share, low, high } }): TableRow => ({ head: title, says, cells: [number(n), { text: percent(share), kind: 'number' }, { text: `${percent(low)} to ${percent(high)}`, kind: 'number' }] }));
  return [
    `<h3>What this reward model is worth</h3>\n<p class="soft-text">Measured once, at step ${report.step}, on ${report.accuracy.n} held-out pairs.</p>`,
    table('What this reward model is worth', [{ text: 'measure' }, { text: 'value' }], findingsOf(report).map(({ name, value, means }) => ({ head: name, says: means, cells: [{ text: value }] }))),
    `<h3>Whether its margins are honest</h3>\n${table('Whether its margins are honest', [{ text: 'margin' }, { text: 'it says', isNumber: true }, ...shares], bins)}`,
    ...(sections.length > 0 ? [`<h3>Benchmark</h3>\n${table('Benchmark', [{ text: 'section' }, ...shares], sections)}`] : []),
  ].join('\n');
}

function verdicts({ record: { config } }: ExportedRun, { stage: { stage }, history }: ExportedStage): string {
  const task = taskDefinition(config.task.id);
  const { algorithm } = stageOf(config, stage).train;
  const alarms = alarmsOf(algorithm, history.metrics, task);
  if (history.metrics.steps.length === 0) return '<p class="soft-text">Nothing measured yet.</p>';
  if (alarms.length === 0) return `<ul class="verdicts"><li class="fine">No alarm at its end. Watched: ${escaped(watchedIn(algorithm, task))}.</li></ul>`;
  return `<ul class="verdicts">${alarms.map(({ says, means, remedy, since }) => `<li><strong>${escaped(says)}</strong> (since step ${since})<br>${escaped(means)} ${escaped(remedy)}</li>`).join('')}</ul>`;
}

export function stageSection(run: ExportedRun, exported: ExportedStage, anchor: string): string {
  const { stage, history } = exported;
  const task = taskDefinition(run.record.config.task.id);
  const { title, says }: AlgorithmInfo = ALGORITHMS[stageOf(run.record.config, stage.stage).train.algorithm];
  const last = lastRow(history.metrics);
  const samples = history.samples.at(-1);
  return [
    `<section aria-labelledby="${anchor}"><h2 id="${anchor}">${escaped(stage.stage)}: ${escaped(title)}</h2>`,
    `<p class="soft-text">${escaped(says)} ${stage.finished ? 'Finished' : 'Not finished'}: step ${stage.step} of ${stage.total}, ${escaped(numberText(Math.round(stage.seconds)))} s${stage.borrowed ? `; borrowed from ${escaped(stage.borrowed.run)}` : ''}.</p>`,
    verdicts(run, exported),
    chartsOf(stageFigures(run, exported, SIZE)),
    ...(stage.report ? [rewardPart(stage.report)] : []),
    ...(samples && samples.prompts.length > 0 ? [samplesPart(samples)] : []),
    `<h3>Last values</h3>\n${table(`Last values of ${stage.stage}`, [{ text: 'metric' }, { text: 'last', isNumber: true }, { text: 'unit' }], METRIC_NAMES.filter((name) => last[name] !== undefined).map((name) => ({ head: name, says: `${metricInfo(name, task).means} Definition: ${METRICS[name].source}.`, cells: [number(last[name]), { text: metricInfo(name, task).unit }] })))}`,
    '</section>',
  ].join('\n');
}

/** Several runs beside each other: one chart a metric, last values, means over seeds. */
export function comparisonSection(source: ExportSource): string {
  const compared = comparedOf(measuredIn(source.runs), source.stage);
  const names = metricsOf(compared);
  const rows = [
    ...compared.map(({ name, stage, history }): TableRow => ({ head: name, cells: [{ text: stage }, number(history.steps.at(-1)), ...names.map((metric) => number(lastRow(history)[metric]))] })),
    ...seedMeans(compared).map(({ name, seeds, values }): TableRow => ({ head: `${name}: mean of ${seeds} seeds`, cells: [{ text: '' }, { text: '' }, ...names.map((metric): Cell => { const value = values[metric]; return { text: value ? `${numberText(value.mean)} ± ${numberText(value.deviation)}` : '–', kind: 'number' }; })] })),
  ];
  return [
    '<section aria-labelledby="comparison"><h2 id="comparison">Comparison</h2>',
    `<p class="soft-text">${source.stage ? `Stage ${escaped(source.stage)} of each run.` : 'The last stage of each run that has begun.'} ± is the standard deviation over seeds.</p>`,
    chartsOf(overlayFigures(source, SIZE)),
    `<h3>Last values</h3>\n${table('Last values', [{ text: 'run' }, { text: 'stage' }, { text: 'step', isNumber: true }, ...names.map((name) => ({ text: name, title: METRICS[name].means, isNumber: true }))], rows)}`,
    '</section>',
  ].join('\n');
}

export function frontierSection(source: ExportSource): string {
  const figures = frontierFigures(source);
  return figures.length === 0 ? '' : `<section aria-labelledby="distance"><h2 id="distance">Reward against distance</h2>\n<p class="soft-text">How far a policy went from where it began, and what that bought.</p>\n${chartsOf(figures, 'Reward against distance')}\n</section>`;
}
