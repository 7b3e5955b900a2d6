/**
 * What is read from others, each with good inputs to begin from and with what accepting one means: what was read says the same when it is written and read again.
 * Nothing may be stored of what is refused.
 */
import { unzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import type { Random } from '../../src/contract/random';
import { hashesOf } from '../../src/storage/archive';
import { memoryDatasets } from '../../src/storage/dataset-memory';
import { firstSamples } from '../../src/storage/dataset-rows';
import { memoryStore } from '../../src/storage/memory-store';
import { readRunFile, writeRunFile } from '../../src/storage/run-file';
import { previewRunFile } from '../../src/storage/run-file-preview';
import { decodeSafetensors, encodeSafetensors } from '../../src/storage/safetensors';
import { importRun } from '../../src/storage/transfer';
import { EMPTY_HANDOUT, isSameHandout } from '../../src/state/handout';
import { configFrom, handoutOf, linkTo } from '../../src/state/link';
import { pack } from '../../src/storage/packed';
import { ByteBpe } from '../../src/tasks/tokenizer/bpe';
import { trainBpe } from '../../src/tasks/tokenizer/bpe-training';
import { readTokenizerJson, tokenizerJson } from '../../src/tasks/tokenizer/tokenizer-json';
import { importFile } from '../../workers/data/import';
import { look } from '../../workers/data/look';
import { Turns } from '../../workers/data/turns';
import { lessonFile } from './lesson-target';
import { model } from './model-target';
import { mutated, pick } from './mutate';

export interface Target {
  name: string;
  make(random: Random): Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>;
  /** Throws a `Failure` where it refuses, and anything else where something is wrong. */
  read(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

const utf8 = new TextEncoder();
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const fixture = (name: string) => new Uint8Array(readFileSync(`test/fixtures/${name}`));

function want(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}

/** Of everything a reader may have made, as text; weights too. */
const written = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (part instanceof Uint8Array || part instanceof Float32Array ? Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64') : typeof part === 'number' && !Number.isFinite(part) ? String(part) : part));

const RUNS = ['run-file.v1.nudge', 'run-file.v1.1.nudge', 'run-file.v1.2.nudge'];

/** Bytes of the zip changed, or one entry changed from the inside, with checksums that fit or do not. */
async function madeRunFile(random: Random): Promise<Uint8Array<ArrayBuffer>> {
  const good = fixture(pick(RUNS, random));
  if (random.below(3) === 0) return mutated(good, random);
  const entries = unzipSync(good);
  const name = pick(Object.keys(entries), random);
  const change = random.below(8);
  const bytes = mutated(entries[name]!, random); // it was found there
  if (change === 0) delete entries[name];
  else if (change === 1) {
    entries[textOf(mutated(utf8.encode(name), random)).slice(0, 60_000)] = entries[name]!;
    delete entries[name];
  } else entries[name] = bytes;
  if (name !== 'manifest.json' && random.below(8) > 0) {
    const manifest = JSON.parse(textOf(entries['manifest.json']!)) as Record<string, unknown>; // that of a fixture
    manifest['hashes'] = await hashesOf(new Map(Object.entries(entries)), 'manifest.json');
    entries['manifest.json'] = utf8.encode(JSON.stringify(manifest));
  }
  return zipSync(entries, { level: random.below(2) === 0 ? 0 : 6 });
}

const runFile: Target = {
  name: '.nudge',
  make: madeRunFile,
  async read(bytes) {
    const [store, datasets] = [memoryStore(), memoryDatasets()];
    let id;
    try {
      ({ id } = await importRun(store, new Blob([bytes]), datasets));
    } catch (error) {
      want((await store.runs()).length === 0 && (await datasets.datasets()).length === 0 && (await datasets.imports()).length === 0, 'something was stored of a file that was refused');
      throw error;
    }
    const read = await readRunFile(bytes);
    want(read.record.id === id && (await store.stages(id)).length === read.stages.length, 'what is stored is not what was read');
    const { data, ...bundle } = read;
    const again = await readRunFile(await writeRunFile(bundle, { appVersion: '', vocabulary: Array.from({ length: vocabularyOf(bytes) }, String), ...(data && { data }) }));
    want(written(again) === written(read), 'what was read is not what is written and read again');
    want((await previewRunFile(new Blob([bytes]))).name === read.record.name, 'the preview shows another run');
  },
};

const vocabularyOf = (bytes: Uint8Array): number => (JSON.parse(textOf(unzipSync(bytes, { filter: ({ name }) => name === 'tokenizer.json' })['tokenizer.json']!)) as { vocabulary: string[] }).vocabulary.length; // the file was accepted

const SAFETENSORS = [fixture('python.safetensors'), encodeSafetensors({ 'policy/wte.weight': { shape: [3, 2], data: Float32Array.of(1, -0, NaN, Infinity, 1e-40, 3) }, b: { shape: [], data: Float32Array.of(1) }, c: { shape: [0, 4], data: new Float32Array() } }, { format: 'pt' })];

const safetensors: Target = {
  name: 'safetensors',
  make: (random) => mutated(pick(SAFETENSORS, random), random),
  async read(bytes) {
    const read = decodeSafetensors(bytes);
    const again = decodeSafetensors(encodeSafetensors(read));
    want(written(Object.entries(again).sort()) === written(Object.entries(read).sort()), 'tensors are not what is written and read again');
  },
};

const TEXTS = ['The cat sat on the mat.', 'the cat ate, the rat ran', 'naïve café — 12 345'];
function tokenizer(): Uint8Array<ArrayBuffer> {
  const training = trainBpe(TEXTS, 290);
  let step = training.next();
  while (!step.done) step = training.next();
  return utf8.encode(tokenizerJson(new ByteBpe(step.value)));
}
const TOKENIZER = tokenizer();

const tokenizerFile: Target = {
  name: 'tokenizer.json',
  make: (random) => mutated(TOKENIZER, random),
  async read(bytes) {
    const { bpe } = readTokenizerJson(textOf(bytes));
    const again = readTokenizerJson(tokenizerJson(bpe)).bpe;
    for (const text of TEXTS) {
      want(bpe.decode(bpe.encode(text)) === text, `“${text}” does not come back`);
      want(again.encode(text).join() === bpe.encode(text).join(), 'a tokenizer is not what is written and read again');
    }
  },
};

const ROWS = [
  '{"prompt":"Say hello.","chosen":"Hello!","rejected":"No."}\n{"prompt":"Two","chosen":"2","rejected":"3"}\n',
  '{"chosen":"\\n\\nHuman: Hi\\n\\nAssistant: Hello","rejected":"\\n\\nHuman: Hi\\n\\nAssistant: Go"}\n',
  '{"prompt":[{"role":"user","content":"Hi"}],"completion":[{"role":"assistant","content":"Hello"}],"label":true}\n{"prompt":"x","completion":"y","label":false}\n',
  '{"text":"once"}\n\n{"text":"twice"}\r\n',
  '[{"prompt":"a","completion":"b"}]',
].map((text) => utf8.encode(text));

const rows: Target = {
  name: 'JSONL',
  make: (random) => mutated(pick(ROWS, random), random),
  async read(bytes) {
    const store = memoryDatasets();
    const file = new Blob([bytes]);
    try {
      const { kind } = await look(file, 'rows.jsonl', {});
      const choices = { name: 'rows', source: '', licence: '', kind: kind ?? 'text', mapping: {}, onProblem: 'go-on', duplicates: 'drop', long: 'keep', longest: Infinity, heldOut: 0 } as const;
      const { dataset } = await importFile(file, 'rows.jsonl', choices, { store, turns: new Turns(() => {}), now: 1, room: undefined });
      want(dataset.rows > 0 && (await firstSamples(store, dataset.id, Infinity))?.length === dataset.rows, 'other rows are stored than were counted');
    } catch (error) {
      want((await store.datasets()).length === 0 && (await store.imports()).length === 0, 'something was stored of a file that was refused');
      throw error;
    }
  },
};

const LINKS = ['recipe=names-dpo&seed=3&set=dpo.beta=0.05&set=task.decade=1950', 'recipe=names-ppo&set=ppo.klCoef=0.2&set=model.width=32&backend=wasm', 'recipe=stories-dpo', 'seed=-1', 'run=run-x&recipe=yours-dpo&set=task.dataset=abc', `v=1&c=${pack('recipe=names-ppo&seed=12&set=ppo.klCoef=0.2&set=model.width=32&set=reward-model.labelSmoothing=0.1')}`, 'v=2&recipe=names-dpo', 'recipe=names-dpo&hide=seed,dpo.*&lock=recipe&show=dpo.beta&title=Rope&class=10b&ask=Pull.%0A%0A-+Let+go.'].map((text) => utf8.encode(text));

const link: Target = {
  name: 'link',
  make: (random) => mutated(pick(LINKS, random), random),
  async read(bytes) {
    const params = new URLSearchParams(textOf(bytes));
    const config = configFrom(params);
    const handout = handoutOf(params)?.handout ?? EMPTY_HANDOUT;
    const again = new URLSearchParams(linkTo({ config, run: null }, 'auto', handout).replace(/^#\/lab\??/, ''));
    want(written(configFrom(again)) === written(config), 'a link is not what is written and read again');
    want(isSameHandout(handoutOf(again)?.handout ?? EMPTY_HANDOUT, handout), 'what is handed out is not what is written and read again');
  },
};

export const TARGETS: readonly Target[] = [runFile, safetensors, tokenizerFile, model, rows, link, lessonFile];
