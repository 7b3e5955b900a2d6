/** Whatever the visitor reads comes from the dictionary, and the dictionary has it in every language. */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { ModelConfig } from '../../src/contract/config';
import { FAILURES } from '../../src/contract/failures';
import { knobsOf, type Knob, type KnobSchema } from '../../src/contract/knobs';
import { appendRow, emptyColumns, METRIC_NAMES, METRICS, type MetricInfo } from '../../src/contract/metrics';
import { TASK_OPTIONS } from '../../src/contract/tasks';
import { EXPERIMENTS, type Report } from '../../src/experiments';
import { RECIPES } from '../../src/recipes';
import { imported } from '../../src/recipes/imported';
import { TASKS } from '../../src/tasks';
import { LANGUAGE_IDS, LANGUAGES, type LanguageId, type Words } from '../../src/words/language';
import { optionNames, spokenKnob, spokenMetric, spokenReports, spokenTask } from '../../src/words/spoken';
import { language, speak, words } from '../../src/words/words.svelte';
import { sentencesInModule, wordsInComponent, wordsInModule } from './literals';

/** Texts that stand in the source for a reason. */
const ALLOWED: readonly { file: string; texts: RegExp; why: string }[] = [
  { file: 'components/SiteHeader.svelte', texts: /^Nudge$/, why: 'a name' },
  { file: 'views/RunsView.svelte', texts: /^(\.nudge|transformers)$/, why: 'the ending of a file, and the name of a library' },
  { file: 'components/keys.ts', texts: /^(Home|End|Enter|Escape|Tab|Space)$/, why: 'names of keys, as the browser has them' },
  { file: 'components/Transport.svelte', texts: /^(– |\s)(MB|min )$/, why: 'units' },
  { file: 'charts/FrontierChart.svelte', texts: /^√KL(, √nats)?$/, why: 'a formula' },
  { file: 'charts/frontier-figure.ts', texts: /./, why: 'drawn into files, which are English' },
  { file: 'charts/line-figure.ts', texts: /./, why: 'drawn into files, which are English' },
  { file: 'charts/svg.ts', texts: /^<(svg|rect)|font-family/, why: 'tags' },
  { file: 'charts/plot-options.ts', texts: /sans-serif$/, why: 'a typeface' },
  { file: 'state/config-differences.ts', texts: /^( starts from \(|’s own model\.|\.algorithm)$/, why: 'names of settings, as in links and files' },
  { file: 'state/data.svelte.ts', texts: /^\.jsonl$/, why: 'the ending of a file' },
  { file: 'state/final-values.ts', texts: /^ seed $/, why: 'names of runs, which are kept in files' },
  { file: 'state/lesson-file.ts', texts: /^\.(nudge-lesson|blocks\[|symbols\.)$/, why: 'the ending of a file, and places in it' },
  { file: 'state/lesson-schema.ts', texts: /^a(nother)? (text|name)\b/, why: 'the fact behind a failure, as the library that reads files tells the others' },
  { file: 'state/link.ts', texts: /^ seed $/, why: 'names of runs, which are kept in files' },
  { file: 'state/run-frontiers.ts', texts: /^ seeds?/, why: 'names of runs, which are kept in files' },
  { file: 'views/stored-runs.svelte.ts', texts: /^seed $/, why: 'what the filter looks in: names of runs and their settings' },
  { file: 'state/hugging-face.ts', texts: /./, why: 'written into a model card, which is English' },
  { file: 'views/LabView.svelte', texts: /^\.(answers|transport)$/, why: 'places on the page' },
  { file: 'views/TourView.svelte', texts: /^\.lab /, why: 'places on the page' },
  { file: 'views/point-at.ts', texts: /^(\.(answers|transport)$|\.lab |:is\(| details)/, why: 'places on the page' },
];

/** Sentences on no page's side that stand there for a reason: the rest are details (`src/contract/details`), which every language says. */
const UNTOLD: readonly { files: RegExp; texts?: RegExp; why: string }[] = [
  { files: /^src\/experiments\/report-words\.ts$/, why: 'the English of reports, which every language has' },
  { files: /^src\/experiments\//, texts: /^(Every method|Of methods|Which pair|How many|How far|What (do|does) |Are ready|Can a |Over-opt|Reward models by|Raters: |Perplexity filter|Friendlier)/, why: 'titles and questions of experiments, which every language has (studies)' },
  { files: /^src\/experiments\//, texts: /^(Digits: which|Some pairs teach|Ready-made pairs|Stories: reward model of|What its raters|Names: reward models|More labels help)/, why: 'recipes that no screen offers, as model cards name them' },
  { files: /^src\/experiments\//, texts: /^(labels needed|difference of )$/, why: 'the name of a stream of random numbers; an id' },
  { files: /^src\/storage\/hugging-face\/(adapter|model)-card\.ts$/, why: 'model cards, which are English' },
  { files: /^src\/storage\/hugging-face\/read-config\.ts$/, texts: /^(config\.json, |as a whole)$/, why: 'what the checker of schemas says follows' },
  { files: /^src\/storage\/run-file-schema\.ts$/, why: 'what the checker of schemas says' },
  { files: /^src\/storage\/safetensors\.ts$/, texts: /^float32 or float16$/, why: 'types of numbers' },
  { files: /^src\/formats\/index\.ts$/, texts: /^(JSON, one list|Text, one a)/, why: 'names of formats, which the page has words for' },
  { files: /^src\/tasks\/sentences-world\.ts$/, texts: /^(she was|we all|the children)$/, why: 'prompts, in the language of the task' },
  { files: /^src\/storage\/example-run\.ts$/, why: 'what the checker of schemas says' },
  { files: /^src\/storage\/json-place\.ts$/, why: 'states of a reader, which nobody is told' },
  { files: /^src\/formats\/said\.ts$/, why: 'a column of a file' },
  { files: /^src\/tasks\/(digits|names|sentences|yours|stories\/stories)\.ts$/, why: 'what tasks are, which every language says' },
  { files: /^src\/tasks\/(names-benchmark|stories\/benchmark)\.ts$/, why: 'sections of a benchmark, which every language has words for' },
  { files: /^src\/tasks\/stories\/words\.ts$/, why: 'stories' },
  { files: /^src\/tasks\/tokenizer\/(imported|written)\.ts$/, texts: /^(Any text|It knows these)/, why: 'of model cards, which are English' },
  { files: /^workers\/(algorithms|stage)\//, texts: /^(first chosen|own (pairs|samples)|head of |order of |usual length|held-out prompts|normalise: \w+|adapters of |of the run\/|initial weights)$/, why: 'names of streams and counters' },
  { files: /^workers\/engine\/engine\.ts$/, texts: /^(it refused a kernel, |(relaxed )?SIMD, one thread)$/, why: 'what a device says; kinds of WASM, which the page has words for' },
  { files: /^workers\/session\/(engine-life|session|verify)\.ts$/, texts: /^(EngineLost: |, after the GPU failed$|on (webgpu|wasm, relaxed|cpu)$)/, why: 'ours alone; events as files have them, which the page reads' },
];

const isWorker = (file: string): boolean => /^workers\/(?!kernels\/)|^src\/(experiments|storage|formats|tasks|client)\//.test(file);
const UNSEEN = ['src', 'workers'].flatMap((side) => (readdirSync(side, { recursive: true }) as string[]).map((file) => `${side}/${file.replaceAll('\\', '/')}`)).filter((file) => file.endsWith('.ts') && isWorker(file));
const isUntold = (file: string, text: string): boolean => UNTOLD.some(({ files, texts }) => files.test(file) && (texts?.test(text) ?? true));

const FILES = (readdirSync('src', { recursive: true }) as string[]).map((file) => file.replaceAll('\\', '/')).filter((file) => file.endsWith('.svelte') || /^(state|charts|components|views|client)\/[^/]*\.ts$/.test(file));
const found = new Map<string, string[]>();
const isAllowed = (file: string, text: string): boolean => ALLOWED.some((allowed) => allowed.file === file && allowed.texts.test(text));

beforeAll(() => {
  for (const file of FILES) found.set(file, (file.endsWith('.svelte') ? wordsInComponent : wordsInModule)(readFileSync(`src/${file}`, 'utf8')));
}, 120_000);

describe('no component and no state says a word of its own', () => {
  test('there are files to look at', () => {
    expect(FILES.length).toBeGreaterThan(100);
  });

  test('beside what is allowed for a reason', () => {
    expect([...found].flatMap(([file, texts]) => texts.filter((text) => !isAllowed(file, text)).map((text) => `${file}: ${text}`))).toEqual([]);
  });

  test('and nothing is allowed that is not there', () => {
    expect(ALLOWED.filter(({ file, texts }) => !found.get(file)?.some((text) => texts.test(text))).map(({ file, texts }) => `${file} ${texts}`)).toEqual([]);
  });

  test.each([
    ['a text', '<p>Train</p>'],
    ['a small one', '<small>kept</small>'],
    ['a text beside a value', '<script>let { n } = $props();</script><p>{n} runs</p>'],
    ['an attribute that is read out', '<button aria-label="Close"></button>'],
    ['one with a value in it', '<script>let { name } = $props();</script><input placeholder="name of {name}" />'],
    ['a choice', '<script>let { isOpen } = $props();</script><b>{isOpen ? "open" : "closed"}</b>'],
    ['a choice in an attribute', '<script>let { isOpen } = $props();</script><b title={isOpen ? "open" : undefined}></b>'],
    ['a template', '<script>let { n } = $props();</script><b>{`${n} steps`}</b>'],
    ['a property of a component', '<script>import Notice from "./Notice.svelte";</script><Notice text="It is over." />'],
    ['a sentence in the script', '<script>const says = (n) => `Saved at step ${n}.`;</script>'],
    ['a word in the script', '<script>const notice = { text: "Copied." };</script>'],
    ['a text in a branch', '<script>let { n } = $props();</script>{#if n > 1}<p>{n}</p>{:else}<p>none</p>{/if}'],
    ['a text in a snippet', '{#snippet row()}<td>mean</td>{/snippet}{@render row()}'],
  ])('%s is noticed', (_, source) => {
    expect(wordsInComponent(source)).not.toEqual([]);
  });

  test.each([
    ['a class and a kind', '<script>let { kind = "info" } = $props();</script><p class="big notice" data-kind={kind}>{kind === "error" ? "!" : "i"}</p>'],
    ['an error that only we can cause', '<script>throw new Error("name: want a number, got none");</script>'],
    ['a place on the page', '<script>const field = () => document.querySelector("input, select");</script>'],
    ['a sentence of the dictionary', '<script>import { words } from "./words.svelte";</script><p>{words().page.close}</p>'],
    ['a comment', '<!-- What it is for. --><p>{1}</p>'],
  ])('%s is none', (_, source) => {
    expect(wordsInComponent(source)).toEqual([]);
  });

  test('nor a module', () => {
    expect(wordsInModule("export const text = (name: string) => `Deleted ${name}.`;")).not.toEqual([]);
    expect(wordsInModule("export type Kind = 'some words'; export const order = ['newest', 'name'] as const;")).toEqual([]);
  });
});

describe('no worker, no store and no experiment says a sentence that only English has', () => {
  const told = new Map<string, string[]>();
  beforeAll(() => {
    for (const file of UNSEEN) told.set(file, sentencesInModule(readFileSync(file, 'utf8')));
  }, 120_000);

  test('beside what is allowed for a reason', () => {
    expect(UNSEEN.length).toBeGreaterThan(150);
    expect([...told].flatMap(([file, texts]) => texts.filter((text) => !isUntold(file, text)).map((text) => `${file}: ${text}`))).toEqual([]);
  });

  test('and nothing is allowed that is not there', () => {
    expect(UNTOLD.filter(({ files, texts }) => ![...told].some(([file, found]) => files.test(file) && found.some((text) => texts?.test(text) ?? true))).map(({ why }) => why)).toEqual([]);
  });

  test.each([
    ['a note', "export const note = 'This browser has no engine.';"],
    ['a sentence with a value', 'export const says = (n: number) => `Row ${n} of the file.`;'],
    ['a fact behind a failure', 'throw new Failure("disk-full", `step ${step}`);'],
    ['a word behind a failure', "throw new Failure('disk-full', isOver ? 'cancelled' : name);"],
    ['what a function of ours is given', "throw refuse('it has no model');"],
  ])('%s is noticed', (_, source) => {
    expect(sentencesInModule(source)).not.toEqual([]);
  });

  test.each([
    ['a detail', "throw new Failure('disk-full', detail('stage-step', stage, 3));"],
    ['what another says', 'throw new Failure("no-base", `${name}: ${error.message}`);'],
    ['an error that only we can cause', 'throw new Error(`name: want a number, got ${n}`);'],
    ['a type', "export type Kind = 'some words' | 'others';"],
  ])('%s is none', (_, source) => {
    expect(sentencesInModule(source)).toEqual([]);
  });
});

test('only English comes with the page: what another language says is fetched when it is chosen', () => {
  const sources = (readdirSync('src', { recursive: true }) as string[]).filter((file) => /\.(ts|svelte)$/.test(file)).map((file) => ({ file: file.replaceAll('\\', '/'), text: readFileSync(`src/${file}`, 'utf8') }));
  for (const id of LANGUAGE_IDS.filter((each) => each !== 'en')) {
    expect(sources.filter(({ file, text }) => !file.startsWith(`words/${id}/`) && new RegExp(`from '[^']*words/${id}[/']|from '\\./${id}[/']`).test(text)).map(({ file }) => file)).toEqual([]);
    expect(readFileSync('src/words/language.ts', 'utf8')).toContain(`import('./${id}')`);
  }
});

/** Every knob there is, with the part it is of. */
const KNOBS: readonly { part: string; knob: Knob }[] = [
  ...Object.entries({ ...ALGORITHMS, ...Object.fromEntries(Object.entries(TASK_OPTIONS).map(([id, config]) => [id, { config }])) }).map(([part, { config }]): [string, KnobSchema] => [part, config]),
  ['model', ModelConfig] satisfies [string, KnobSchema],
].flatMap(([part, schema]) => knobsOf(schema).map((knob) => ({ part, knob })));

/** Every metric at six steps, each value another. */
const measuredAll = emptyColumns();
for (let step = 1; step <= 6; step++) appendRow(measuredAll, step, Object.fromEntries(METRIC_NAMES.map((name, i) => [name, ((i * 7 + step * step) % 19) / 20])));

/** All texts of a tree, with where they stand; functions are called with something. */
function textsOf(tree: unknown, path: string): [string, string][] {
  if (typeof tree === 'string') return [[path, tree]];
  if (typeof tree === 'object' && tree !== null) return Object.entries(tree).flatMap(([key, value]) => textsOf(value, `${path}.${key}`));
  return [];
}

describe.each(LANGUAGE_IDS)('in %s', (id: LanguageId) => {
  let said: Words;
  beforeAll(async () => {
    said = await LANGUAGES[id].words();
    await speak(id);
    return () => speak('en');
  });

  test('it is spoken', () => {
    expect(language()).toBe(id);
    expect(words()).toBe(said);
  });

  test('nothing is empty but what may be', () => {
    expect(textsOf(said, '').filter(([path, text]) => text.trim() === '' && !path.startsWith('.rows.coming.prompts'))).toEqual([]);
  });

  test('each failure has its sentence', () => {
    expect(Object.keys(said.failures)).toEqual(Object.keys(FAILURES));
  });

  test('each metric has its sentence, its unit and its source, and each that is charted what leaving its range means', () => {
    for (const name of METRIC_NAMES) {
      const spoken = spokenMetric(name);
      const info: MetricInfo = METRICS[name];
      expect([name, spoken.means.length > 10, spoken.unit !== '', spoken.healthy?.leaving !== '']).toEqual([name, true, true, true]);
      // Nudge's own, a trainer whose log has it under this name, or a paper.
      expect([name, spoken.source]).toEqual([name, expect.stringMatching(/^(Nudge|(TRL|transformers), \w*Trainer(, \w+Trainer)*|[A-Z].* \d{4}( \([\w-]+\))?)$/)]);
      expect(said.metrics.means[name]).toBeDefined();
      if (info.healthy) expect([name, Object.keys(said.metrics.leaving).includes(name)]).toEqual([name, true]);
      if (id === 'en') expect(spoken).toEqual(info);
    }
  });

  test('each knob has its title, its sentence and the source of its default', () => {
    const missing = KNOBS.flatMap(({ part, knob }) => {
      const own = { ...said.knobs.shared[knob.name], ...said.knobs.own[`${part}.${knob.name}`] };
      const has = id === 'en' ? knob : own;
      return (['title', 'help', 'source'] as const).filter((field) => !has[field]).map((field) => `${part}.${knob.name}: ${field}`);
    });
    expect(missing).toEqual([]);
  });

  test('each option of each knob has a name', () => {
    const choices = KNOBS.flatMap(({ part, knob }) => (knob.kind === 'choice' ? knob.options.map((option) => ({ of: `${part}.${knob.name}: ${option}`, name: id === 'en' ? option : optionNames(part, knob.name)[option] })) : []));
    expect(choices.length).toBeGreaterThan(100);
    expect(choices.filter(({ name }) => !name).map(({ of }) => of)).toEqual([]);
  });

  test('and no option has one that is not there, or the same as another of its knob', () => {
    const options = (name: string) => KNOBS.flatMap(({ part, knob }) => (knob.kind === 'choice' && (name === knob.name || name === `${part}.${knob.name}`) ? knob.options : []));
    expect(Object.entries(said.knobs.options).flatMap(([name, names]) => Object.keys(names).filter((option) => !options(name).includes(option)).map((option) => `${name}: ${option}`))).toEqual([]);
    for (const { part, knob } of KNOBS) if (knob.kind === 'choice') expect([`${part}.${knob.name}`, new Set(knob.options.map((option) => optionNames(part, knob.name)[option] ?? option)).size]).toEqual([`${part}.${knob.name}`, knob.options.length]);
  });

  test.each(EXPERIMENTS.map((experiment) => [experiment.id, experiment] as const))('the report of %s has the numbers it has in English, and the words that are spoken', (_, experiment) => {
    const results = experiment.plan([1], []).map((config) => ({ config, stages: config.stages.map((stage) => ({ id: stage.id, seconds: 3, history: measuredAll })) }));
    const [english, spoken] = [experiment.report(results), experiment.report(results, spokenReports())];
    const numbers = ({ tables, curves, frontiers, notes }: Report) => ({ tables: tables.map(({ columns, rows }) => [columns.map((column) => column.id), rows.map(({ cells }) => cells)]), curves: curves.map((each) => each.curves.map(({ points }) => points)), frontiers: frontiers.map((each) => each.paths.map(({ gold }) => gold)), notes: notes.length });
    expect(english.tables.length).toBeGreaterThan(0);
    expect(numbers(spoken)).toEqual(numbers(english));
    for (const { columns } of spoken.tables) expect(new Set(columns.map((column) => column.id)).size).toBe(columns.length);
    if (id === 'en') return void expect(spoken).toEqual(english);
    const sentences = (report: Report) => [...report.notes, ...report.tables.flatMap(({ title, columns }) => [title, ...columns.map(({ means }) => means)]), ...report.curves.map(({ means }) => means), ...report.frontiers.map(({ goldUnit }) => goldUnit)];
    const before = new Set(sentences(english));
    expect(sentences(spoken).filter((text) => before.has(text) && text !== '')).toEqual([]);
  });

  test('knobs that say the same in English say the same here, and those that do not do not', () => {
    for (const field of ['title', 'help', 'source'] as const) {
      const pairs = KNOBS.map(({ part, knob }) => ({ of: `${part}.${knob.name}`, english: knob[field], here: spokenKnob(part, knob)[field] }));
      const mixed = pairs.flatMap((one) => pairs.filter((other) => (one.english === other.english) !== (one.here === other.here) && one.of < other.of && (field !== 'title' || one.of.split('.')[1] === other.of.split('.')[1])).map((other) => `${field}: ${one.of} and ${other.of}`));
      expect(mixed).toEqual([]);
    }
  });

  test('and none is said that is not there', () => {
    const names = new Set(KNOBS.flatMap(({ part, knob }) => [knob.name, `${part}.${knob.name}`]));
    expect([...Object.keys(said.knobs.shared), ...Object.keys(said.knobs.own)].filter((name) => !names.has(name))).toEqual([]);
  });

  test('each algorithm, task, recipe and experiment has its sentences', () => {
    expect(Object.keys(said.algorithms).toSorted()).toEqual(Object.keys(ALGORITHMS).toSorted());
    expect(Object.keys(said.recipes).toSorted()).toEqual([...RECIPES, imported].map((recipe) => recipe.id).toSorted());
    expect(Object.keys(said.studies).toSorted()).toEqual(EXPERIMENTS.map((experiment) => experiment.id).toSorted());
    for (const task of Object.values(TASKS)) {
      const { leaving, ...own } = said.tasks[task.id];
      const fields = ['title', 'teaches', 'source', 'licence', 'goldUnit', 'goldMeans'].filter((field) => field in task);
      expect(Object.keys(own)).toEqual(fields);
      if (id !== 'en' && 'healthy' in task) expect(Object.keys(leaving ?? {})).toEqual(Object.keys(task.healthy ?? {}));
      expect(spokenTask(task.id).title).toBe(own.title);
    }
  });
});
