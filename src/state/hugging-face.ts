/** A stored run as a zip of folders that Hugging Face's libraries open: the last policy, and the reward model that judged it. No browser needed: the batch door uses it too. */
import { detail, detailText } from '../contract/details';
import { Failure } from '../contract/failures';
import type { RunId } from '../contract/ids';
import { Random } from '../contract/random';
import type { TaskConfig } from '../contract/tasks';
import { hashOf, pack, type Entries } from '../storage/archive';
import { adapterCard, baseCard } from '../storage/hugging-face/adapter-card';
import { adapterFolder } from '../storage/hugging-face/adapter-folder';
import { modelCard, type CardRun, type CardTask } from '../storage/hugging-face/model-card';
import { modelFolder } from '../storage/hugging-face/model-folder';
import { modelsOf } from '../storage/hugging-face/run-models';
import type { RunStore } from '../storage/run-store';
import { fileNameOf } from '../storage/file-name';
import type { Exported } from '../storage/transfer';
import { EOS, PAD, taskDefinition, type Task, type WrittenTokenizer } from '../tasks';
import { END_NAME, PADDING_NAME } from '../tasks/tokenizer/written';
import { settingsOf } from './link';

export interface ZipOptions {
  /** Of the page that writes. */
  appVersion: string;
  openTask(config: TaskConfig): Promise<Task>;
  /** A stage whose model is wanted in place of the last policy. */
  stage?: string;
  /** Weights in half precision. */
  isHalf?: boolean;
}

/** Prompts on a card. */
const SHOWN = 4;

/** In pieces of a zip. Throws `nothing-to-export`, `missing-checkpoint` when the run is not stored (any more), and what opening the task throws. */
export async function huggingFaceZip(store: RunStore, id: RunId, { appVersion, openTask, stage, isHalf = false }: ZipOptions): Promise<Exported<Uint8Array<ArrayBuffer>[]>> {
  const record = await store.run(id);
  if (!record) throw new Failure('missing-checkpoint', detail('not-stored', id));
  const task = await openTask(record.config.task);
  const tokenizer = task.tokenizer.written();
  const { vocabulary } = task.tokenizer;
  const models = await modelsOf(store, record, { vocabulary: vocabulary.length, context: task.context }, stage);
  const stages: CardRun['stages'] = await Promise.all((await store.stages(id)).map(async (stored) => ({ stage: stored, metrics: (await store.history(id, stored.stage)).metrics })));
  const [run, about] = [{ record, settings: settingsOf(record.config), appVersion, stages }, await cardTask(record.config.task, task, tokenizer)];
  const entries: Entries = new Map();
  for (const model of models) {
    const reading = {
      shape: model.shape, isHalf,
      ids: { pad: PAD, end: EOS, start: tokenizer.start === undefined ? EOS : vocabulary.length - 1 }, // a start stands behind all others
      names: { pad: PADDING_NAME, end: END_NAME, ...(tokenizer.start !== undefined && { start: tokenizer.start }) },
      tokenizer: tokenizer.json,
    };
    const { adapter, head, weights } = model;
    for (const [file, bytes] of modelFolder({ ...reading, head, weights, card: modelCard(model, run, about, isHalf) })) entries.set(`${model.name}/${file}`, bytes);
    const cards = adapter && { card: adapterCard({ ...model, adapter }, run, about), baseCard: baseCard(model, run) };
    if (adapter && cards) for (const [file, bytes] of adapterFolder(adapter, reading, cards)) entries.set(`adapter/${file}`, bytes);
  }
  return { name: fileNameOf(record.name, 'zip'), content: pack(entries) };
}

async function cardTask(config: TaskConfig, task: Task, tokenizer: WrittenTokenizer): Promise<CardTask> {
  const { title, source, licence, ...words } = taskDefinition(config.id);
  const hash = (rows: Iterable<unknown>) => hashOf(new TextEncoder().encode(Array.from(rows, (row) => `${JSON.stringify(row)}\n`).join('')));
  const pairs = task.pairs('train');
  const all = task.showcase();
  const shown = all.filter((_, i) => i % Math.ceil(all.length / SHOWN) === 0); // of all sorts: they stand in order
  const answer = task.demonstrationCount('held-out') > 0 ? task.demonstration('held-out', 0, Random.of(0, 'model card')) : { prompt: shown[0] ?? [], completion: [] };
  return {
    ...words, title, source, licence, ...(task.notes !== undefined && { notes: detailText(task.notes) }),
    hashes: [
      ...('dataset' in config ? [{ of: `Rows of the data set ${config.called ?? ''}`.trim(), sha256: config.dataset }] : []),
      { of: 'Texts to learn from, each as a line of JSON with its token ids', sha256: await hash(task.corpus('train')) },
      ...(pairs.length > 0 ? [{ of: 'Preference pairs to learn from, likewise', sha256: await hash(pairs.map(({ prompt, chosen, rejected }) => [prompt, chosen, rejected])) }] : []),
    ],
    prompts: shown.map((tokens) => tokenizer.spell(tokens)),
    example: tokenizer.spell([...answer.prompt, ...answer.completion]),
    tokens: tokenizer.says,
  };
}
