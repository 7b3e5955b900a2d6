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
  [{ one: 2 ** 30, all: 2 ** 30 }, /sft needs 1,638 MB at least, and this engine holds 1,074 MB/],
])('one that does not says what it would take: %o', (room, why) => {
  expect(() => checkRoom(config, 'sft', task, room)).toThrow(expect.objectContaining({ code: 'model-too-large', detail: expect.stringMatching(why) }));
});
