/** The page hears of training often enough to be alive and seldom enough to stay quick, and of every measurement there was. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { TELEMETRY_INTERVAL, type TrainEvent } from '../../src/contract/api';
import type { MetricRow } from '../../src/contract/metrics';
import type { SampleSet } from '../../src/contract/run';
import { Telemetry } from '../../workers/session/telemetry';

const A_SECOND = 1000;
const samplesAt = (step: number): SampleSet => ({ step, prompts: [] });

let now: number;
let sent: { at: number; event: TrainEvent }[];
let telemetry: Telemetry;
beforeEach(() => {
  now = 5000;
  sent = [];
  telemetry = new Telemetry('sft', 100, (event) => sent.push({ at: now, event: structuredClone(event) }), () => now, () => ({ memory: 4096, tensors: 7 }));
});
const told = <Kind extends TrainEvent['kind']>(kind: Kind) => sent.flatMap(({ at, event }) => (event.kind === kind ? [{ at, event: event as Extract<TrainEvent, { kind: Kind }> }] : [])); // its kind was compared

describe('how often', () => {
  test('the first step is told at once, wherever the clock stands', () => {
    now = 0;
    telemetry.push(1, { row: { loss: 3 } }, 0.01);
    expect(sent).toEqual([{ at: 0, event: { kind: 'progress', stage: 'sft', step: 1, total: 100, row: { loss: 3 }, tokensPerSecond: 0, memory: 4096, tensors: 7 } }]);
  });

  test('fast steps make twenty messages a second and no more', () => {
    for (let step = 1; step <= 3000; step++, now += 1) telemetry.push(step, { row: { loss: step } }, 0.001);
    const times = told('progress').map(({ at }) => at);
    expect(times).toHaveLength((3 * A_SECOND) / TELEMETRY_INTERVAL);
    expect(TELEMETRY_INTERVAL).toBe(A_SECOND / 20);
  });

  test('slow steps are each told as they come', () => {
    for (let step = 1; step <= 5; step++, now += 400) telemetry.push(step, { row: { loss: step } }, 0.4);
    expect(told('progress').map(({ event }) => event.step)).toEqual([1, 2, 3, 4, 5]);
  });

  test('never more than twenty in any second, with samples as with rows, however unevenly steps come', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ wait: fc.integer({ min: 0, max: 120 }), hasSamples: fc.boolean() }), { minLength: 1, maxLength: 200 }), (steps) => {
        sent = [];
        telemetry = new Telemetry('sft', 100, (event) => sent.push({ at: now, event }), () => now, () => ({ memory: 4096, tensors: 7 }));
        steps.forEach(({ wait, hasSamples }, i) => {
          now += wait;
          telemetry.push(i + 1, { row: { loss: i }, ...(hasSamples && { samples: samplesAt(i + 1) }) }, wait / 1000);
        });
        for (const kind of ['progress', 'samples'] as const) {
          const times = told(kind).map(({ at }) => at);
          for (const from of times) expect(times.filter((at) => at >= from && at < from + A_SECOND).length).toBeLessThanOrEqual(20);
        }
      }),
    );
  });
});

describe('what', () => {
  test('a rare measurement between two messages arrives with the next, later values over earlier ones', () => {
    telemetry.push(1, { row: { loss: 4 } }, 0.01);
    now += 10;
    telemetry.push(2, { row: { loss: 3, eval_loss: 3.5, 'gold/reward': 1 } }, 0.01);
    now += 10;
    telemetry.push(3, { row: { loss: 2, 'gold/reward': 2 } }, 0.01);
    now += 40;
    telemetry.push(4, { row: { loss: 1 } }, 0.01);
    expect(told('progress').map(({ event }) => event)).toMatchObject([{ step: 1, row: { loss: 4 } }, { step: 4, row: { loss: 1, eval_loss: 3.5, 'gold/reward': 2 } }]);
  });

  test('a message does not repeat what an earlier one told', () => {
    telemetry.push(1, { row: { loss: 4, eval_loss: 3 } }, 0.01);
    now += 60;
    telemetry.push(2, { row: { loss: 3 } }, 0.01);
    expect(told('progress').at(-1)?.event.row).toEqual({ loss: 3 });
  });

  const row: fc.Arbitrary<MetricRow> = fc.record({ loss: fc.nat(), eval_loss: fc.nat(), 'gold/reward': fc.nat() }, { requiredKeys: [] });
  test('with a last flush, the messages together say the last value of everything that was measured', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ wait: fc.integer({ min: 0, max: 70 }), row, hasSamples: fc.boolean() }), { minLength: 1, maxLength: 60 }), (steps) => {
        sent = [];
        telemetry = new Telemetry('sft', 100, (event) => sent.push({ at: now, event: structuredClone(event) }), () => now, () => ({ memory: 4096, tensors: 7 }));
        steps.forEach(({ wait, row: each, hasSamples }, i) => {
          now += wait;
          telemetry.push(i + 1, { row: each, ...(hasSamples && { samples: samplesAt(i + 1) }) }, 0.01);
        });
        telemetry.flush();
        const rows: MetricRow[] = told('progress').map(({ event }) => event.row);
        expect(Object.assign({}, ...rows)).toEqual(Object.assign({}, ...steps.map((step) => step.row)));
        expect(told('progress').at(-1)?.event.step).toBe(steps.length);
        const last = steps.findLastIndex(({ hasSamples }) => hasSamples);
        expect(told('samples').at(-1)?.event.samples).toEqual(last < 0 ? undefined : samplesAt(last + 1));
      }),
    );
  });

  test('a row that was pushed is not changed by those after it', () => {
    const first = { loss: 4 };
    telemetry.push(1, { row: {} }, 0.01);
    telemetry.push(2, { row: first }, 0.01);
    telemetry.push(3, { row: { loss: 3, entropy: 1 } }, 0.01);
    expect(first).toEqual({ loss: 4 });
  });

  test('a flush tells what is waiting, once, and counts as a message', () => {
    telemetry.push(1, { row: { loss: 4 } }, 0.01);
    now += 10;
    telemetry.push(2, { row: { loss: 3 }, samples: samplesAt(2) }, 0.01);
    telemetry.flush();
    telemetry.flush();
    expect(sent.map(({ event }) => event.kind)).toEqual(['progress', 'progress', 'samples']);
    now += 45; // 55 after the first message, 45 after the flush
    telemetry.push(3, { row: { loss: 2 } }, 0.01);
    expect(sent).toHaveLength(3);
  });
});

describe('speed', () => {
  const speedAfter = (step: number, tokens: number | undefined, seconds: number) => {
    now += 100;
    telemetry.push(step, { row: tokens === undefined ? {} : { num_tokens: tokens } }, seconds);
    return told('progress').at(-1)!.event.tokensPerSecond; // a message is due every 100 ms
  };

  test('counts tokens since the step before; the first step, also of a resumed run, only says where counting begins', () => {
    expect(speedAfter(501, 90_000, 0.5)).toBe(0);
    expect(speedAfter(502, 90_400, 0.5)).toBeCloseTo(800, 9);
    expect(speedAfter(503, 90_800, 0.5)).toBeCloseTo(800, 9);
  });

  test('is steadied: one slow step does not make the number jump', () => {
    speedAfter(1, 0, 1);
    speedAfter(2, 1000, 1);
    const dip = speedAfter(3, 2000, 10);
    expect(dip).toBeLessThan(1000);
    expect(dip).toBeGreaterThan(700);
    let speed = dip;
    for (let step = 4; step < 40; step++) speed = speedAfter(step, 1000 * step - 1000, 10);
    expect(speed).toBeCloseTo(100, 0); // but it gets there
  });

  test('stays where it was while nobody counts, and stays finite when no time has passed', () => {
    speedAfter(1, 0, 1);
    expect(speedAfter(2, 500, 1)).toBe(500);
    expect(speedAfter(3, undefined, 1)).toBe(500);
    expect(Number.isFinite(speedAfter(4, 600, 0))).toBe(true);
  });
});
