/** `README.md` of an exported model: what it is, how to open it, what made it, what was measured, and where it ends. */
import { ALGORITHMS } from '../../contract/algorithms';
import { stageOf } from '../../contract/config';
import { lastRow, metricInfo, METRIC_NAMES, type MetricColumns, type TaskWords } from '../../contract/metrics';
import { parameterCount, parameterShapes } from '../../contract/model-shape';
import type { RunRecord, StageRecord } from '../../contract/run';
import { adapterSays } from './adapter-card';
import type { RunModel } from './run-models';

export interface CardTask extends TaskWords {
  title: string;
  source: string;
  licence: string;
  /** How the data was made ready. */
  notes?: string;
  /** What the data is, and its SHA-256. */
  hashes: readonly { of: string; sha256: string }[];
  /** Texts as the tokenizer reads them: how prompts begin, and one prompt with an answer. */
  prompts: readonly string[];
  example: string;
  /** What the tokenizer does with text it does not know. */
  tokens: string;
}

export interface CardRun {
  record: RunRecord;
  /** `part.knob=value` for what differs from the recipe. */
  settings: readonly string[];
  /** Of the page that writes. */
  appVersion: string;
  stages: readonly { stage: StageRecord; metrics: MetricColumns }[];
}

const count = (n: number): string => n.toLocaleString('en');
/** Text in a code span: whatever it holds. */
const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);
const python = (text: string): string => JSON.stringify(text); // a string of JSON is one of Python
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export function modelCard(model: RunModel, run: CardRun, task: CardTask, isHalf: boolean): string {
  const parts = [frontMatter(model), ...opening(model, run, isHalf), ...use(model, task), ...training(run), ...data(task), ...metrics(model, run, task), ...limits(model, task, isHalf)];
  return `${parts.join('\n\n')}\n`;
}

function frontMatter({ head }: RunModel): string {
  const [pipeline, tags] = head === 'none' ? ['text-generation', ['gpt2', 'rlhf', 'nudge']] : ['text-classification', ['gpt2', 'reward-model', 'rlhf', 'nudge']];
  return ['---', 'library_name: transformers', `pipeline_tag: ${pipeline}`, 'tags:', ...tags.map((tag) => `- ${tag}`), '---'].join('\n');
}

function opening({ head, shape, stage, step, adapter }: RunModel, { record, appVersion, stages }: CardRun, isHalf: boolean): string[] {
  const { title } = ALGORITHMS[stageOf(record.config, stage).train.algorithm];
  const { finished = false, total = step } = stages.find((entry) => entry.stage.stage === stage)?.stage ?? {};
  const parameters = parameterCount(parameterShapes(shape, 'none'));
  const what = head === 'none' ? 'A language model (policy)' : 'A reward model: it gives a text one number, higher for what people would choose';
  return [
    `# ${record.name}: ${stage}`,
    `${what}. It was trained by Nudge ${appVersion}, which trains small language models from preferences in a browser tab: stage ${code(stage)} (${title}), ${finished ? `all ${count(step)} steps` : `step ${count(step)} of ${count(total)}, not finished`}.`,
    `Architecture: GPT-2 with ${count(parameters)} parameters (${shape.layers} layers, width ${shape.width}, ${shape.heads} heads, ${count(shape.vocabulary)} tokens, context ${shape.context}). Weights: ${isHalf ? 'float16, rounded from float32' : 'float32, as they were trained'}.`,
    ...(adapter ? [`It was ${adapterSays({ shape }, adapter)} Here they are one; by themselves the trained numbers lie beside this folder, in \`adapter\`, as PEFT opens them.`] : []),
  ];
}

function use({ head }: RunModel, { prompts: [prompt = ''], example, prompts }: CardTask): string[] {
  const kind = head === 'none' ? 'AutoModelForCausalLM' : 'AutoModelForSequenceClassification';
  const lines = [
    'import torch',
    `from transformers import ${kind}, AutoTokenizer`,
    '',
    'folder = "."  # where this file lies',
    'tokenizer = AutoTokenizer.from_pretrained(folder)',
    `model = ${kind}.from_pretrained(folder).eval()`,
    ...(head === 'none'
      ? [`inputs = tokenizer(${python(prompt)}, return_tensors="pt")`, 'print(tokenizer.decode(model.generate(**inputs)[0]))']
      : [`inputs = tokenizer(${python(example)} + tokenizer.eos_token, return_tensors="pt")`, 'with torch.no_grad():', '    print(model(**inputs).logits[0, 0].item())']),
  ];
  return [
    '## How to use it',
    ['```python', ...lines, '```'].join('\n'),
    `${head === 'none' ? 'It goes on with prompts like these' : 'It reads a prompt and its answer as one text, with the end token behind; the number is read there. Prompts look like these'}: ${prompts.map(code).join(', ')}.`,
  ];
}

function training({ record: { config, created }, settings, stages }: CardRun): string[] {
  const rows = stages.map(({ stage: { stage, step, seconds, borrowed } }) => {
    const { train, start } = stageOf(config, stage);
    const how = borrowed ? 'taken from another run' : `${Math.round(seconds)} s`;
    return `| ${stage} | ${ALGORITHMS[train.algorithm].title} | ${Object.values(start).join(', ') || 'nothing'} | ${count(step)} | ${how} |`;
  });
  return [
    '## How it was made',
    `Recipe ${code(config.recipe)}, seed ${config.seed}, begun ${new Date(created).toISOString().slice(0, 10)}. Settings that differ from the recipe: ${settings.map(code).join(', ') || 'none'}.`,
    ['| stage | method | starts from | steps | time |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'),
  ];
}

function data({ title, source, licence, notes, hashes }: CardTask): string[] {
  return [
    '## Data',
    `Task: ${title}. Source: ${source} Licence: ${licence}${/[.!?]$/.test(licence) ? '' : '.'}${notes === undefined ? '' : ` ${notes}`}`,
    hashes.map(({ of, sha256 }) => `- ${of}: SHA-256 ${code(sha256)}`).join('\n'),
  ];
}

function metrics({ stage, head }: RunModel, { stages }: CardRun, task: CardTask): string[] {
  const row = lastRow(stages.find((entry) => entry.stage.stage === stage)?.metrics ?? { steps: [], columns: {} });
  const measured = METRIC_NAMES.flatMap((name) => {
    const value = row[name];
    if (value === undefined) return [];
    const { unit, means } = metricInfo(name, task);
    return [`| ${code(name)} | ${Number(value.toPrecision(5))} | ${cell(unit)} | ${cell(means)} |`];
  });
  if (measured.length === 0) return ['## What was measured', 'Nothing yet.'];
  return [
    '## What was measured',
    `The last value of each number that its stage reported. ${head === 'none' ? '' : 'What it says of held-out pairs was measured on pairs that training never saw. '}One run, one seed: another seed gives other numbers.`,
    ['| metric | value | unit | meaning |', '| --- | --- | --- | --- |', ...measured].join('\n'),
  ];
}

function limits({ head, shape: { context } }: RunModel, { title, tokens }: CardTask, isHalf: boolean): string[] {
  return [
    '## Limits',
    [
      `- It is a small model for learning and research. It knows the task “${title}” and nothing else, and reads ${context} tokens at most.`,
      `- ${tokens}`,
      ...(head === 'score'
        ? ['- Its number means something only beside that of another answer to the same prompt. A policy that is trained against it finds texts that it wrongly likes.', '- Nudge’s score has a bias, GPT2ForSequenceClassification’s has none: it was added in the last norm, which gives the same numbers.']
        : ['- What it says is drawn from what it learned; nobody has checked that it is true, kind or safe.']),
      ...(isHalf ? ['- Rounded weights give slightly other numbers than those measured.'] : []),
    ].join('\n'),
  ];
}
