/** Time and energy of a whole run: the arithmetic, and what is said where something is not known. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { asRunId } from '../../src/contract/ids';
import { configOf, recipeOf } from '../../src/recipes';
import { runSeconds } from '../../src/state/advice';
import { ASSUMED_WATTS, energyOf, runSecondsOf, wattsFrom, wattsOf, type StageTime } from '../../src/state/energy';
import { LiveStage } from '../../src/state/live-stage.svelte';
import { tookText, wholeRunOf, wholeRunText } from '../../src/state/whole-run';
import { speak } from '../../src/words/words.svelte';

afterAll(() => speak('en'));

const stage = (given: Partial<StageTime>): StageTime => ({ spent: 0, progress: 0, foretold: 10, left: null, ...given });

describe('energy', () => {
  test('is time times power: an hour at 15 to 45 W is 15 to 45 Wh', () => {
    expect(energyOf(3600, ASSUMED_WATTS.wasm)).toEqual({ low: 15, high: 45 });
    expect(energyOf(60, { low: 30, high: 30 })).toEqual({ low: 0.5, high: 0.5 });
    expect(energyOf(0, ASSUMED_WATTS.webgpu)).toEqual({ low: 0, high: 0 });
  });

  test('is that of the visitor’s own watts where they are known', () => {
    expect(wattsOf('webgpu', 65)).toEqual({ low: 65, high: 65 });
    expect(wattsOf('webgpu', null)).toEqual(ASSUMED_WATTS.webgpu);
  });

  test.each([['65', 65], [' 7.5 ', 7.5], ['', null], ['0', null], ['-3', null], ['5001', null], ['many', null], ['NaN', null], ['Infinity', null]])('%j typed is %j', (text, watts) => {
    expect(wattsFrom(text)).toBe(watts);
  });
});

describe('the time of a whole run', () => {
  test('of a draft is what was foretold of its stages', () => {
    expect(runSecondsOf([stage({}), stage({ foretold: 5 })])).toBe(15);
  });

  test('of a finished run is what it took, whatever was foretold', () => {
    expect(runSecondsOf([stage({ spent: 7, progress: 1 }), stage({ spent: 2, progress: 1, foretold: null })])).toBe(9);
  });

  test('goes by the pace of the stage under way, and stretches the rest as what is done was stretched', () => {
    // 10 s were foretold and took 20: the 10 s that wait will take 20 as well.
    expect(runSecondsOf([stage({ spent: 20, progress: 1 }), stage({})])).toBe(40);
    expect(runSecondsOf([stage({ spent: 20, progress: 1 }), stage({ spent: 5, progress: 0.5, left: 4 })])).toBe(29);
  });

  test('does not stretch after a moment, which says little', () => {
    expect(runSecondsOf([stage({ spent: 2, progress: 0.1 })])).toBe(11);
  });

  test('is not known where a stage that waits was not foretold', () => {
    expect(runSecondsOf([stage({ spent: 7, progress: 1 }), stage({ foretold: null })])).toBeNull();
    expect(runSecondsOf([stage({ spent: 7, progress: 0.5, foretold: null, left: 7 })])).toBe(14);
  });

  test('is never less than what was spent', () => {
    const timed = fc.record({ spent: fc.double({ min: 0, max: 1e4, noNaN: true }), progress: fc.double({ min: 0, max: 1, noNaN: true }), foretold: fc.double({ min: 0, max: 1e4, noNaN: true }), left: fc.option(fc.double({ min: 0, max: 1e4, noNaN: true })) });
    fc.assert(fc.property(fc.array(timed, { minLength: 1, maxLength: 5 }), (stages) => {
      expect(runSecondsOf(stages)).toBeGreaterThanOrEqual(stages.reduce((sum, { spent }) => sum + spent, 0));
    }), { examples: [[[{ spent: 0, progress: 0.75, foretold: 5e-324, left: null }, { spent: 3, progress: 0, foretold: 0, left: null }]]] }); // found once: no number
  });
});

describe('in words', () => {
  const config = configOf(recipeOf('names-dpo'), 1);
  const wasm = { flops: 62e9, launch: 0.002, read: 0.02 };
  const draft = { config, pipeline: null, measured: { wasm }, advice: { engine: 'wasm', tokensPerSecond: {}, seconds: 0, size: null }, skipped: new Set<string>(), borrowed: {} } as const;

  test('of a draft: about so long, so much, by this formula, under this assumption', () => {
    const whole = wholeRunOf(draft)!; // it was measured
    expect(whole.seconds).toBeCloseTo(runSeconds(wasm, config), 9);
    const { text, formula, assumed } = wholeRunText({ ...whole, seconds: 40 }, null);
    expect(text).toBe('Whole run: about 40 s, 0.17–0.5 Wh');
    expect(formula).toBe('Energy = time × power ÷ 3600: 40 s × 15 to 45 W ÷ 3600 s/h = 0.17–0.5 Wh.');
    expect(assumed).toContain('Processor Base Power');
    expect(wholeRunText({ ...whole, seconds: 40 }, 90)).toMatchObject({ text: 'Whole run: about 40 s, 1 Wh', formula: expect.stringContaining('× 90 W ÷'), assumed: 'Counted with the number of watts that you typed.' });
    expect(wholeRunText({ ...whole, engine: 'webgpu' }, null).assumed).toContain('150 W');
  });

  test('a stage that is taken from elsewhere takes no time, and nothing is said of a machine that was not measured', () => {
    const { seconds } = wholeRunOf({ ...draft, skipped: new Set(['pretrain']), borrowed: { sft: { run: asRunId('r'), stage: 'sft', step: 1 } } })!; // as above
    expect(seconds).toBeLessThan(runSeconds(wasm, config) / 1.5);
    expect(wholeRunOf({ ...draft, measured: {}, advice: null })).toBeNull();
  });

  test('of a stored run: what each stage took on its own engine, borrowed ones left out', async () => {
    const record = { run: asRunId('r'), stage: 'sft', step: 1, total: 1, finished: true, updated: 0, seconds: 36, engine: { engine: 'wasm', adapter: '', note: '' } } as const;
    expect(tookText([record, undefined, { ...record, engine: { ...record.engine, engine: 'webgpu' } }], null)).toBe('Trained 72 s, 0.3–1.9 Wh');
    expect(tookText([{ ...record, borrowed: { run: asRunId('q'), stage: 'sft', step: 1 } }, undefined], null)).toBeNull();
    await speak('de');
    expect(tookText([record], 100)).toBe('36 s trainiert, 1 Wh');
    await speak('en');
  });

  test('a stage goes on counting from what is stored', () => {
    const live = new LiveStage(config.stages[0]!); // it has stages
    live.load({ metrics: { steps: [], columns: {} }, samples: [], events: [] }, { run: asRunId('r'), stage: 'pretrain', step: 5, total: 10, finished: false, engine: null, updated: 0, seconds: 12 });
    expect(live.seconds).toBe(12);
    const hear = (step: number) => live.hear({ kind: 'progress', stage: 'pretrain', step, total: 10, row: {}, tokensPerSecond: 1, memory: 0, tensors: 0 });
    hear(6);
    hear(7);
    expect(live.seconds).toBeGreaterThanOrEqual(12);
    expect(live.seconds).toBeLessThan(13);
  });
});
