/** Models that an engine cannot hold are named before a number of them is loaded. */
import { expect, test } from 'vitest';
import { configOf, recipeOf } from '../../src/recipes';
import { checkRoom } from '../../workers/session/fit-room';

/** DistilGPT-2's shape: 82 million numbers, 328 MB. */
const config = configOf(recipeOf('yours-sft'), 1, ['model.width=768', 'model.layers=6', 'model.heads=12', 'task.context=1024']);
const task = { tokenizer: { vocabulary: Array.from({ length: 50_258 }, () => ''), decode: String, written: () => { throw new Error('not asked for'); } }, context: 1024 };

test('one that fits says nothing', () => {
  for (const room of [{ one: Infinity }, { one: 2 ** 31 }, { one: 2 ** 32, all: 2 ** 32 }]) expect(checkRoom(config, 'sft', task, room)).toBeUndefined();
});

test.each([
  [{ one: 2 ** 27 }, /sft: its numbers take 328 MB in one piece, and this engine holds pieces of 134 MB/],
  [{ one: 2 ** 30, all: 2 ** 30 }, /sft needs 1,638 MB at least, and this engine holds 1,074 MB; with a LoRA rank of 8 it needs 1,\d{3} MB$/],
  [{ one: 2 ** 30, all: 2 ** 29 }, /sft needs 1,638 MB at least, and this engine holds 537 MB$/],
])('one that does not says what it would take: %o', (room, why) => {
  expect(() => checkRoom(config, 'sft', task, room)).toThrow(expect.objectContaining({ code: 'model-too-large', detail: expect.stringMatching(why) }));
});

test('adapters need less than the whole: three times the model, what their targets were, and five of each of theirs', () => {
  const by = (settings: string[]) => configOf(recipeOf('yours-sft'), 1, ['model.width=768', 'model.layers=6', 'model.heads=12', 'task.context=1024', ...settings]);
  // Numbers of the model; six matrices of 768 × 2304, each with adapters of 8 × (768 + 2304).
  const wanted = 4 * (3 * 81_913_344 + 6 * 768 * 2304 + 5 * 6 * 8 * (768 + 2304));
  for (const [all, isEnough] of [[wanted, true], [wanted - 4, false]] as const) {
    const check = () => checkRoom(by(['sft.loraRank=8']), 'sft', task, { one: Infinity, all });
    if (isEnough) expect(check()).toBeUndefined();
    else expect(check).toThrow(expect.objectContaining({ code: 'model-too-large', detail: expect.not.stringContaining('LoRA') }));
  }
});
