/** Holds the repository to the picture in ARCHITECTURE.md, and shows with planted violations that it would notice. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LAYERS, LONGEST_FILE, badNames, forbiddenWords, tooLong, wrongImports, type Files } from './architecture';

// What git tracks; without git (an unpacked archive) there would be nothing to hold to anything, and that must not pass for order.
const tracked = execFileSync('git', ['ls-files', 'src', 'workers', 'test', 'scripts'], { encoding: 'utf8' }).split('\n').filter((path) => /\.(?:ts|svelte|mjs)$/.test(path) && existsSync(path));
const read = (paths: readonly string[]): Files => Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'utf8')]));
const isProduct = (path: string) => /^(?:src|workers)\//.test(path) && !path.endsWith('.d.ts');
const product = read(tracked.filter(isProduct));
// These two speak of what they look for.
const everything = read(tracked.filter((path) => !path.startsWith('test/architecture')));

describe('the repository', () => {
  test('is there to be looked at', () => {
    expect(Object.keys(product).length).toBeGreaterThan(100);
    expect(Object.keys(product)).toContain('src/contract/config.ts');
    for (const folder of new Set(Object.keys(product).filter((path) => path.split('/').length > 2).map((path) => path.split('/').slice(0, 2).join('/')))) expect(LAYERS).toHaveProperty([folder]);
  });

  test('imports only the way ARCHITECTURE.md says', () => {
    expect(wrongImports(product)).toEqual([]);
  });

  test(`has no file of more than ${LONGEST_FILE} lines`, () => {
    expect(tooLong(everything)).toEqual([]);
  });

  test('silences no type and skips no test', () => {
    expect(forbiddenWords(everything)).toEqual([]);
  });

  test('names every file for what it does', () => {
    expect(badNames(tracked)).toEqual([]);
  });
});

describe('a planted violation is noticed', () => {
  test.each([
    ['src/contract/a.ts', "import { names } from '../tasks/names';"],
    ['src/contract/a.ts', "import * as Comlink from 'comlink';"],
    ['src/storage/a.ts', "import { names } from '../tasks/names';"],
    ['src/tasks/a.ts', "import * as v from 'valibot';"],
    ['src/state/a.ts', "import Knob from '../components/Knob.svelte';"],
    ['src/charts/a.ts', "import { Run } from '../state/run';"],
    ['src/components/A.svelte', "<script lang=\"ts\">\n  import { Run } from '../state/run';\n</script>"],
    ['src/components/A.svelte', "<script lang=\"ts\">import type { Run } from '../state/run';</script>"],
    ['src/views/A.svelte', "<script lang=\"ts\">\n  import { dpo } from '../../workers/algorithms/dpo';\n</script>"],
    ['src/client/a.ts', "import { Training } from '../../workers/session/train-api';"],
    ['src/client/a.ts', "import type { Training } from '../../workers/session/train-api';"],
    ['src/client/a.ts', "const late = await import('../../workers/session/train-api');"],
    ['src/client/a.ts', "new Worker(new URL('../../workers/session/session.ts', import.meta.url));"],
    ['src/client/a.ts', "const url = new URL('../../workers/train.worker.ts', import.meta.url);"],
    ['src/state/a.ts', "new Worker(new URL('../../workers/train.worker.ts', import.meta.url), { type: 'module' });"],
    ['src/views/a.ts', "import * as tf from '@tensorflow/tfjs-core';"],
    ['workers/kernels/a.ts', "import { Random } from '../../src/contract/random';"],
    ['workers/algorithms/a.ts', "import { Session } from '../session/session';"],
    ['workers/algorithms/a.ts', "import {\n  exportRun,\n} from '../../src/storage/transfer';"],
    ['workers/session/a.ts', "export { Lab } from '../../src/state/lab';"],
    ['workers/session/a.ts', "import '../../src/recipes';"],
    ['workers/stage/a.ts', "import { recipeOf } from '../../src/recipes';"],
    ['workers/train.worker.ts', 'import { recipeOf } from "../src/recipes";'],
    ['workers/novel/a.ts', "import { Failure } from '../../src/contract/failures';"],
  ])('%s: %s', (file, text) => {
    expect(wrongImports({ [file]: text })).toHaveLength(1);
  });

  test.each([
    ['src/contract/transfer.ts', "import * as Comlink from 'comlink';\nimport { toRecord } from './failures';"],
    ['src/charts/A.svelte', "<script lang=\"ts\">\n  import type { Run } from '../state/run';\n</script>"],
    ['src/client/a.ts', "new Worker(new URL('../../workers/train.worker.ts', import.meta.url), { type: 'module' });"],
    ['src/views/A.svelte', "<script lang=\"ts\">\n  import { openDatabase } from '../storage/database';\n</script>"],
    ['src/tasks/a.ts', "/** As import x from '../views/A.svelte' would. */\n// import '../views/A.svelte';\nimport { Random } from '../contract/random';"],
    ['workers/model/a.ts', "import * as tf from '@tensorflow/tfjs-core';\nimport type { ModelConfig } from '../../src/contract/config';"],
  ])('and what is allowed is not: %s', (file, text) => {
    expect(wrongImports({ [file]: text })).toEqual([]);
  });

  test('a long file', () => {
    expect(tooLong({ 'src/a.ts': 'x\n'.repeat(LONGEST_FILE) })).toEqual([]);
    expect(tooLong({ 'src/a.ts': 'x\n'.repeat(LONGEST_FILE + 1) })).toEqual(['src/a.ts']);
  });

  test.each(['const x: any = 1;', 'f(x as any);', 'Record<string, any>', 'const a: Array<any> = [];', '// @ts-ignore', '// @ts-expect-error wrong', "it.skip('x', () => {});", "describe.only('x', () => {});", "test.todo('x');", "it.concurrent.skip('x', () => {});", "test.skipIf(true)('x', () => {});", "xit('x', () => {});", "async ({ skip }) => { skip('no adapter'); }"])('%s', (text) => {
    expect(forbiddenWords({ 'test/a.ts': text })).not.toEqual([]);
  });

  test('and words in comments and sentences are not', () => {
    expect(forbiddenWords({ 'src/a.ts': "/** as any other */\nconst text = 'leave it: any will do, skip(1)'; // or any: other" })).toEqual([]);
  });

  test('a name that says nothing, or in another case', () => {
    expect(badNames(['src/utils/a.ts', 'src/state/helpers.ts', 'src/storage/RunStore.ts', 'src/views/lab-view.svelte', 'src/state/lab.svelte.ts', 'src/views/LabView.svelte', 'test/unit/a.test.ts', 'workers/train.worker.ts'])).toEqual([
      'src/utils/a.ts', 'src/state/helpers.ts', 'src/storage/RunStore.ts', 'src/views/lab-view.svelte',
    ]);
  });
});
