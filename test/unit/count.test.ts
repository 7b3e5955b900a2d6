/** How `npm test` counts: whatever did not pass has failed, and silence is no success. */
import { afterEach, describe, expect, test, vi } from 'vitest';

interface FileReport {
  name: string;
  status: string;
  message?: string;
  assertionResults: { fullName: string; status: string }[];
}
interface Parts {
  count(project: string, results: FileReport[], ended: string): { passed: number; failed: string[] };
  summarise(outcomes: { part: string; passed: number; failed: string[]; seconds: number }[]): number;
}
// The scripts are plain JavaScript, so what they export is told here.
const scripts: string = '../../scripts/parts.mjs';
const { count, summarise } = (await import(scripts)) as Parts;

/** A file of vitest's JSON report with tests that ended so. */
const file = (name: string, ...statuses: string[]): FileReport => ({
  name: `${process.cwd()}/${name}`,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  message: '',
  assertionResults: statuses.map((status, i) => ({ fullName: `test ${i + 1}`, status })),
});
const A = 'test/unit/a.test.ts';
const B = 'test/unit/b.test.ts';

describe('a project', () => {
  test('counts its passed tests over all files', () => {
    expect(count('node', [file(A, 'passed', 'passed'), file(B, 'passed')], '')).toEqual({ passed: 3, failed: [] });
  });

  test('names each failed test with its file, and counts the others', () => {
    expect(count('node', [file(A, 'passed', 'failed'), file(B, 'passed')], 'exit code 1')).toEqual({ passed: 2, failed: [`${A}: test 2`] });
  });

  test.each(['skipped', 'pending', 'todo', 'disabled'])('takes a test that is %s for failed, and says so', (status) => {
    expect(count('node', [file(A, 'passed', status)], '')).toEqual({ passed: 1, failed: [`${A}: test 2 (${status})`] });
  });

  test('takes a file without tests for failed', () => {
    expect(count('node', [file(A, 'passed'), file(B)], '')).toEqual({ passed: 1, failed: [`${B}: no test in it ran`] });
  });

  test('tells in one line why a file could not be loaded', () => {
    const broken = { ...file(B), status: 'failed', message: 'Cannot find module x\n    at somewhere' };
    expect(count('node', [file(A, 'passed'), broken], 'exit code 1')).toEqual({ passed: 1, failed: [`${B}: Cannot find module x`] });
  });

  test('takes a file that failed although its tests passed for failed: a hook threw', () => {
    const broken = { ...file(A, 'passed'), status: 'failed', message: 'afterAll: disk is gone' };
    expect(count('node', [broken], 'exit code 1')).toEqual({ passed: 1, failed: [`${A}: afterAll: disk is gone`] });
  });

  test.each(['exit code 1', 'killed by SIGKILL after 600 s'])('that ended with %s although every test passed has failed', (ended) => {
    const { passed, failed } = count('browser', [file(A, 'passed')], ended);
    expect(passed).toBe(1);
    expect(failed).toEqual([expect.stringContaining(`browser: ${ended}`)]);
  });

  test('does not count its own exit code on top of a failed test', () => {
    expect(count('node', [file(A, 'failed')], 'exit code 1').failed).toHaveLength(1);
  });

  test('without a single test has failed', () => {
    expect(count('browser', [], '')).toEqual({ passed: 0, failed: ['browser: no tests'] });
  });
});

describe('the summary', () => {
  afterEach(() => vi.restoreAllMocks());
  const told = (outcomes: Parameters<Parts['summarise']>[0]) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    return { code: summarise(outcomes), lines: log.mock.calls.flatMap(([text]) => String(text).split('\n')) };
  };

  test('ends with the counts of all parts, and code 0 when nothing failed', () => {
    const { code, lines } = told([{ part: 'lint', passed: 1, failed: [], seconds: 2 }, { part: 'node', passed: 41, failed: [], seconds: 9 }]);
    expect(code).toBe(0);
    expect(lines.at(-1)).toBe('42 passed, 0 failed');
  });

  test('names what failed in any part, and ends with code 1', () => {
    const { code, lines } = told([{ part: 'lint', passed: 0, failed: ['lint: exit code 1'], seconds: 2 }, { part: 'node', passed: 41, failed: [`${A}: test 2 (skipped)`], seconds: 9 }]);
    expect(code).toBe(1);
    expect(lines.join('\n')).toContain(`lint: exit code 1\n  ${A}: test 2 (skipped)`);
    expect(lines.at(-1)).toBe('41 passed, 2 failed');
  });
});
