/** Every folder that is no GPT-2 of ours is refused by a sentence that says what it is, and nothing of it is stored. */
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { importModel, readModel } from '../../src/state/import-model';
import { memoryStore } from '../../src/storage/memory-store';
import { FIXTURE, folder, read, tokenizer, type, weights } from './model-folders';

describe('refuses, and nothing is stored,', () => {
  test.each<[string, Parameters<typeof folder>[1], string, RegExp]>([
    ['no configuration', { 'config.json': undefined }, 'unreadable-model', /config\.json is missing/],
    ['a configuration that is no JSON', { 'config.json': '{' }, 'unreadable-model', /config\.json is not JSON/],
    ['one that says nothing', { 'config.json': '{}' }, 'unreadable-model', /model_type/],
    ['another architecture', { 'config.json': () => ({ model_type: 'llama', architectures: ['LlamaForCausalLM'] }) }, 'unfit-model', /GPT2LMHeadModel.*its architecture is llama, LlamaForCausalLM/],
    ['a reward model', { 'config.json': (json) => ({ ...json, architectures: ['GPT2ForSequenceClassification'] }) }, 'unfit-model', /it is a GPT2ForSequenceClassification/],
    ['another activation', { 'config.json': (json) => ({ ...json, activation_function: 'relu' }) }, 'unfit-model', /activation_function is relu/],
    ['another epsilon', { 'config.json': (json) => ({ ...json, layer_norm_epsilon: 1e-6 }) }, 'unfit-model', /layer_norm_epsilon is 0\.000001/],
    ['another inner width', { 'config.json': (json) => ({ ...json, n_inner: 24 }) }, 'unfit-model', /n_inner is 24/],
    ['attention that is not scaled', { 'config.json': (json) => ({ ...json, scale_attn_weights: false }) }, 'unfit-model', /scale_attn_weights/],
    ['attention scaled by layer', { 'config.json': (json) => ({ ...json, scale_attn_by_inverse_layer_idx: true }) }, 'unfit-model', /inverse_layer/],
    ['an output of its own', { 'config.json': (json) => ({ ...json, tie_word_embeddings: false }) }, 'unfit-model', /tie_word_embeddings/],
    ['heads that do not divide the width', { 'config.json': (json) => ({ ...json, n_head: 3 }) }, 'unfit-model', /n_head is 3/],
    ['a width that is no number', { 'config.json': (json) => ({ ...json, n_embd: '16' }) }, 'unreadable-model', /n_embd/],
    ['a model beyond the knobs', { 'config.json': (json) => ({ ...json, n_embd: 1600, n_head: 16 }) }, 'model-too-large', /width 1,600; at most 1,024/],
    ['no weights', { 'model.safetensors': undefined }, 'unreadable-model', /model\.safetensors is missing/],
    ['pickled weights', { 'model.safetensors': undefined, 'pytorch_model.bin': 'x' }, 'unreadable-model', /pytorch_model\.bin, and only safetensors/],
    ['weights that are none', { 'model.safetensors': 'nothing' }, 'unreadable-model', /shorter than its header/],
    ['a missing tensor', { 'model.safetensors': weights((tensors) => delete tensors['transformer.h.1.mlp.c_fc.bias']) }, 'unreadable-model', /transformer\.h\.1\.mlp\.c_fc\.bias is missing/],
    ['a tensor of another shape', { 'config.json': (json) => ({ ...json, n_positions: 32 }) }, 'unreadable-model', /wpe\.weight is \[24, 16\], not \[32, 16\]/],
    ['a layer too many', { 'config.json': (json) => ({ ...json, n_layer: 1 }) }, 'unfit-model', /nothing here is named transformer\.h\.1/],
    ['a tensor of nothing we have', { 'model.safetensors': weights((tensors) => (tensors['transformer.h.0.lora_A'] = { shape: [1], data: Float32Array.of(1) })) }, 'unfit-model', /lora_A/],
    ['whole numbers', { 'model.safetensors': type('"dtype":"F32"', '"dtype":"I32"') }, 'unreadable-model', /holds I32; F32, F16, BF16 are read/],
    ['a type nobody knows', { 'model.safetensors': type('"dtype":"F32"', '"dtype":"X32"') }, 'unreadable-model', /not described as numbers of a known type/],
    ['no tokenizer', { 'tokenizer.json': undefined }, 'unreadable-model', /tokenizer\.json is missing/],
    ['a tokenizer of another kind', { 'tokenizer.json': tokenizer((file) => Object.assign(file.model, { type: 'WordPiece' })) }, 'unreadable-tokenizer', /WordPiece/],
    ['a vocabulary of another size', { 'tokenizer.json': tokenizer((file) => delete file.model.vocab['<mask>'] && file.added_tokens.splice(3, 1)) }, 'unreadable-model', /tokenizer\.json has 319 tokens, the model has 320/],
    ['a tokenizer with one token too many', { 'tokenizer.json': tokenizer((file) => file.added_tokens.push({ id: 320, content: '<x>', special: true })) }, 'unreadable-model', /has 321 tokens, the model has 320/],
    ['words that are taken whole', { 'tokenizer.json': tokenizer((file) => Object.assign(file.model, { ignore_merges: true })) }, 'unreadable-tokenizer', /ignore_merges/],
    ['a token found between spaces', { 'tokenizer.json': tokenizer((file) => file.added_tokens.forEach((token) => Object.assign(token, { lstrip: true }))) }, 'unreadable-tokenizer', /spaces/],
    ['texts completed in another way', { 'tokenizer.json': tokenizer((file) => (file['post_processor'] = { type: 'BertProcessing' })) }, 'unreadable-tokenizer', /BertProcessing/],
    ['no token that ends a text', { 'config.json': (json) => ({ ...json, eos_token_id: null }), 'tokenizer.json': tokenizer((file) => file.added_tokens.splice(2, 1)) }, 'unreadable-tokenizer', /eos_token_id/],
  ])('%s', async (_, changes, code, why) => {
    await expect(read('f32', changes)).rejects.toMatchObject({ name: 'Failure', code, message: expect.stringMatching(why) });
  });

  test('an index of shards that are not there, or of nothing, and a tensor that stands twice', async () => {
    await expect(read('f16-in-shards', { 'model-00002-of-00002.safetensors': undefined })).rejects.toThrow(/model-00002-of-00002\.safetensors is missing, which/);
    await expect(read('f16-in-shards', { 'model.safetensors.index.json': '{}' })).rejects.toThrow(/no weight_map/);
    const shard = folder('f16-in-shards')['model-00001-of-00002.safetensors'];
    await expect(read('f16-in-shards', { 'model-00002-of-00002.safetensors': shard })).rejects.toThrow(/stands in two files/);
  });

  test('numbers that are infinite, once they are read', async () => {
    const store = memoryStore();
    const model = await read('f32', { 'model.safetensors': weights((tensors) => tensors['transformer.ln_f.weight']!.data.set([Infinity])) });
    await expect(importModel(store, model, '0.1.0')).rejects.toMatchObject({ code: 'unreadable-model', detail: expect.stringMatching(/ln_f\.weight.*infinite/) });
    expect(await store.runs()).toEqual([]);
  });

  test('an adapter, a zip of several models, and what is no zip', async () => {
    await expect(readModel(new Map([['adapter_config.json', new Blob(['{}'])]]), '')).rejects.toThrow(/merge it into its model/);
    await expect(readModel(new Blob([zipSync(FIXTURE)]), '')).rejects.toThrow(/it holds 3 models.*choose one/);
    await expect(readModel(new Blob(['nothing']), '')).rejects.toMatchObject({ code: 'unreadable-model' });
  });
});
