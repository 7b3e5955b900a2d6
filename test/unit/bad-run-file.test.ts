/** Nothing false, damaged or foreign is let in, each is refused by the right name, and nothing stored changes. */
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { Failure } from '../../src/contract/failures';
import { memoryStore } from '../../src/storage/memory-store';
import { readRunFile } from '../../src/storage/run-file';
import { importRun } from '../../src/storage/transfer';
import { LONGEST_ENTRY_NAME, LONGEST_RUN_NAME, MOST_CHECKPOINTS, MOST_ENTRIES, MOST_MANIFEST, MOST_STAGES } from '../../src/storage/limits';
import { boasting, changed, lying, overlapping, v1, withField, weightsOf, withEntry, respelled, withManifest, withWeights } from './changed-file';
import { bundleOf, contentOf, modelTensors, SHAPE, TENSORS } from './made-runs';

const sft = TENSORS['sft']!;
const without = (stage: string, name: string) => Object.fromEntries(Object.entries(TENSORS[stage]!).filter(([key]) => !key.startsWith(name)));
const one = { shape: [1], data: new Float32Array(1) };
const turned = { shape: [32, 8], data: new Float32Array(256) };

type Make = () => Promise<Uint8Array> | Uint8Array;

const BAD: Record<string, Record<string, Make>> = {
  'not-a-run-file': {
    'nothing': () => new Uint8Array(),
    'a text': () => strToU8('{"format":"nudge"}'),
    'an empty zip': () => zipSync({}),
    'some other zip': () => zipSync({ 'word/document.xml': strToU8('<x/>') }),
    'a manifest that is a list': () => zipSync({ 'manifest.json': strToU8('[]') }),
    'a manifest of something else': () => zipSync({ 'manifest.json': strToU8('{"manifest_version":3}') }),
  },
  'truncated-run-file': {
    'the first half': () => v1.subarray(0, v1.length / 2),
    'all but the last byte': () => v1.subarray(0, -1),
    'the beginning of a zip and nothing else': () => v1.subarray(0, 4),
    'a byte too many at the end': () => Uint8Array.of(...v1, 0),
    'a byte too many at the beginning of the directory': () => Uint8Array.of(...v1.subarray(0, -22), 0, ...v1.subarray(-22)),
    'entries on top of each other': overlapping,
    'a directory that says more than there is': () => withField(28, 60_000),
  },
  'wrong-hash': {
    'one bit changed in the weights': () => changed((entries) => void (entries[weightsOf('ppo')]![9000]! ^= 1), { keepHashes: true }),
    'one bit changed in the metrics': () => changed((entries) => void (entries['sft/metrics.jsonl']![12]! ^= 1), { keepHashes: true }),
    'an entry missing': () => changed((entries) => void delete entries['sft/samples.jsonl'], { keepHashes: true }),
    'an entry missing and not listed either': () => changed((entries) => void delete entries['sft/samples.jsonl']),
    'a checkpoint missing and not listed either': () => changed((entries) => void delete entries[weightsOf('sft')]),
    'one bit changed in the manifest': () => {
      const bytes = zipSync({ 'manifest.json': strToU8('{"format":"nudge"}') }, { level: 0 });
      bytes[30 + 'manifest.json'.length + 12]! ^= 1;
      return bytes;
    },
    'an entry nobody listed': () => changed((entries) => void (entries['extra.txt'] = strToU8('x')), { keepHashes: true }),
  },
  'unreadable-run-file': {
    'an entry as large as a disk': () => boasting(2 ** 32 - 2),
    'one name twice': async () => respelled(await withEntry('sft/samples.jsonX', ''), 'sft/samples.jsonX', 'sft/samples.jsonl'),
    'a name that no table can hold': async () => respelled(await withEntry('_proto_00', ''), '_proto_00', '__proto__'),
    'an entry that unpacks to more than it says': lying,
    'an encrypted entry': () => withField(8, 1),
    'an entry compressed in some other way': () => withField(10, 93),
    'more entries than any run has': () => zipSync(Object.fromEntries(Array.from({ length: MOST_ENTRIES + 1 }, (_, i) => [`${i}`, new Uint8Array()]))),
    'a manifest larger than any run’s': () => zipSync({ 'manifest.json': new Uint8Array(MOST_MANIFEST + 1) }),
    'a path that leads out': () => zipSync({ 'manifest.json': strToU8('{}'), '../manifest.json': strToU8('{}') }),
    'a path that leads out from inside': () => zipSync({ 'sft/../../x': strToU8('{}') }),
    'a path from the root': () => zipSync({ '/etc/passwd': strToU8('{}') }),
    'a path of another system': () => zipSync({ '..\\x': strToU8('{}') }),
    'a drive': () => zipSync({ 'C:x': strToU8('{}') }),
    'a folder as an entry': () => zipSync({ 'sft/': strToU8('') }),
    'a name with an end inside': () => zipSync({ 'a\0b': strToU8('{}') }),
    'a name longer than any': () => zipSync({ ['x'.repeat(LONGEST_ENTRY_NAME + 1)]: strToU8('{}') }),
    'a run’s name longer than any': () => withManifest((manifest) => void Object.assign(manifest.run, { name: 'x'.repeat(LONGEST_RUN_NAME + 1) })),
    'more stages than any run has': () => withManifest((manifest) => void (manifest.stages = Array.from({ length: MOST_STAGES + 1 }, (_, i) => ({ ...manifest.stages[0]!, id: `s${i}` })))),
    'more checkpoints than any stage has': () => withManifest((manifest) => void (manifest.stages[0]!.checkpoints = Array.from({ length: MOST_CHECKPOINTS + 1 }, (_, i) => i))),
    'a manifest that is not JSON': () => zipSync({ 'manifest.json': strToU8('{') }),
    'a manifest without a version': () => withManifest((manifest) => Reflect.deleteProperty(manifest, 'version')),
    'a version before the first': () => withManifest((manifest) => void (manifest.version.major = 0)),
    'no run': () => withManifest((manifest) => Reflect.deleteProperty(manifest, 'run')),
    'an empty id': () => withManifest((manifest) => void (manifest.run.id = '')),
    'a knob out of its range': () => withManifest((manifest) => void (manifest.config.model.width = 7)),
    'heads that do not divide the width': () => withManifest((manifest) => void (manifest.config.model.heads = 3)),
    'an unknown algorithm': () => withManifest((manifest) => void (manifest.config.stages[0]!.train.algorithm = 'magic')),
    'another seed beside the configuration': () => withManifest((manifest) => void (manifest['seed'] = 8)),
    'another task beside the configuration': () => withManifest((manifest) => void (manifest['task'] = 'digits')),
    'a stage that is not in the configuration': () => withManifest((manifest) => void (manifest.stages[0]!.id = 'warm-up')),
    'a stage twice': () => withManifest((manifest) => void manifest.stages.push(manifest.stages[0]!)),
    'a checkpoint twice': () => withManifest((manifest) => void (manifest.stages[0]!.checkpoints = [100, 100])),
    'half a step': () => withManifest((manifest) => void (manifest.stages[0]!.checkpoints = [0.5])),
    'a stage that is about another': () => changed((entries) => void (entries['sft/stage.json'] = entries['ppo/stage.json']!)),
    'a stage without its steps': () => withEntry('sft/stage.json', '{"stage":"sft"}'),
    'metrics that are not JSON': () => withEntry('sft/metrics.jsonl', '{"step":1\n'),
    'metrics that are not UTF-8': () => withEntry('sft/metrics.jsonl', Uint8Array.of(0xff)),
    'a metric that is no number': () => withEntry('sft/metrics.jsonl', '{"step":1,"loss":"low"}\n'),
    'a metric without a step': () => withEntry('sft/metrics.jsonl', '{"loss":1}\n'),
    'steps that fall': () => withEntry('sft/metrics.jsonl', '{"step":2}\n{"step":1}\n'),
    'a step twice': () => withEntry('sft/metrics.jsonl', '{"step":2}\n{"step":2}\n'),
    'a sample without prompts': () => withEntry('sft/samples.jsonl', '{"step":2}\n'),
    'an event of no known kind': () => withEntry('sft/events.jsonl', '{"time":1,"stage":"sft","step":2,"kind":"party","text":""}\n'),
    'a random state that is no state': () => withEntry('sft/checkpoints/100/state.json', '{"created":1,"random":{"order":3},"counters":{}}'),
    'a tokenizer that is none': () => withEntry('tokenizer.json', '{"vocabulary":3}'),
    'weights that are no safetensors': () => withEntry(weightsOf('sft'), 'weights'),
  },
  'checkpoint-mismatch': {
    'a model of another width': () => withWeights('sft', modelTensors('policy', 'none', { ...SHAPE, width: 16 })),
    'a layer too many': () => withWeights('sft', modelTensors('policy', 'none', { ...SHAPE, layers: 2 })),
    'another vocabulary than the tokenizer': () => withWeights('pretrain', modelTensors('policy', 'none', { ...SHAPE, vocabulary: 6 })),
    'another tokenizer than the weights': () => withEntry('tokenizer.json', '{"vocabulary":["a"]}'),
    'another context than the stage before': () => withWeights('sft', modelTensors('policy', 'none', { ...SHAPE, context: 5 })),
    'a parameter missing': () => withWeights('sft', without('sft', 'policy/h.0.ln_1.bias')),
    'a moment of a parameter missing': () => withWeights('sft', without('sft', 'policy.v/h.0.ln_1.bias')),
    'a parameter turned around': () => withWeights('sft', { ...sft, 'policy/h.0.mlp.c_fc.weight': turned }),
    'a parameter nobody knows': () => withWeights('sft', { ...sft, 'policy/extra': one }),
    'a model nobody knows': () => withWeights('sft', { ...sft, 'teacher/wte.weight': one }),
    'a model named like a method': () => withWeights('sft', { ...sft, 'toString/wte.weight': one }),
    'a third moment': () => withWeights('sft', { ...sft, 'policy.w/wte.weight': one }),
    'a tensor of no model': () => withWeights('sft', { ...sft, lonely: one }),
    'a reward model without its head': () => withWeights('reward-model', modelTensors('reward', 'none')),
    'a policy with a head': () => withWeights('sft', modelTensors('policy', 'score')),
    'a reward model where a policy should be': () => withWeights('sft', modelTensors('reward', 'score')),
    'moments without weights': () => withWeights('ppo', without('ppo', 'critic/')),
    'one moment of two': () => withWeights('ppo', without('ppo', 'policy.v/')),
    'no tensors at all': () => withWeights('sft', {}),
  },
};

const cases = Object.entries(BAD).flatMap(([code, files]) => Object.entries(files).map(([what, make]) => ({ what, code, make })));

test.each(cases)('$what: $code, and nothing stored changes', async ({ code, make }) => {
  const store = memoryStore();
  await store.putBundle(bundleOf());
  const before = await contentOf(store);
  await expect(importRun(store, await make())).rejects.toMatchObject({ name: 'Failure', code });
  expect(await contentOf(store)).toEqual(before);
});

test('the way bad files are made leaves good ones good', async () => {
  const good = await readRunFile(v1);
  expect(await readRunFile(await changed(() => {}))).toEqual(good);
  expect(await readRunFile(await withManifest((manifest) => void (manifest.stages[0]!.checkpoints = [50, 100])))).toEqual(good);
  expect(await readRunFile(await withWeights('sft', sft))).toEqual(good);
});

test('any damage is found', async () => {
  const good = await readRunFile(v1);
  await fc.assert(
    fc.asyncProperty(fc.nat(v1.length - 1), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
      const damaged = v1.slice();
      damaged[place]! ^= flip;
      const outcome = await readRunFile(damaged).catch((error: unknown) => error);
      // Dates and the like are not part of the content, and the manifest's own words have no checksum: its names may change, never its meaning.
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Failure);
      else expect(outcome).toMatchObject({ stages: good.stages.map(({ stage: { stage }, history }) => ({ stage: { stage }, history })) });
    }),
    { numRuns: 150 },
  );
});

test('a file read from a disk is the file read from memory', async () => {
  expect(await readRunFile(new Blob([v1 as Uint8Array<ArrayBuffer>]))).toEqual(await readRunFile(v1));
});
