/** TensorBoard's event files: against the check value of CRC-32C, against bytes that TensorBoard's own Python writer made, and read back by a decoder of its own. */
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { asRunId } from '../../src/contract/ids';
import { METRIC_NAMES } from '../../src/contract/metrics';
import { EXPORTS, exportAs } from '../../src/exports';
import { crc32c, maskedCrc } from '../../src/exports/crc32c';
import { eventFile, headOf, type Scalars } from '../../src/exports/tensorboard';
import { bundleOf } from './made-runs';

const utf8 = new TextEncoder();

test('CRC-32C has its check values', () => {
  expect(crc32c(utf8.encode('123456789'))).toBe(0xe3069283);
  // RFC 3720, B.4: 32 bytes of zeros, and of ones.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
});

/** Written by tensorboard 2.21.0 for Python (`RecordWriter`, `Event.SerializeToString`); the events are those below. */
const RECORDED = 'GAAAAAAAAACjf0siCQAAIED8VNlBGg1icmFpbi5FdmVudDoyKzUxEBgAAAAAAAAAo39LIgkAAFBA/FTZQSoNCgsKBGxvc3MVAAAgQIYiNA0zAAAAAAAAAAynIFYJAACAQPxU2UEQrAIqJQoLCgRsb3NzFc3MzD0KFgoPcmV3YXJkcy9tYXJnaW5zFQAAgP8zlnSHMwAAAAAAAAAMpyBWCQAAwED8VNlBEP////////8PKh8KEgoLZ29sZC9yZXdhcmQVAACAfwoJCgJrbBUAAACAYnxwGQ==';

test('the same events give the bytes that TensorBoard’s own writer gives', () => {
  const at = (time: number, step: number, values: Record<string, number>): Scalars => ({ time, step, values: Object.entries(values).map(([tag, value]) => ({ head: headOf(tag), value })) });
  const rows = [
    [at(1700000001.25, 0, { loss: 2.5 }), at(1700000002, 300, { loss: 0.1, 'rewards/margins': -Infinity })],
    [at(1700000003, Number.MAX_SAFE_INTEGER, { 'gold/reward': Infinity, kl: -0 })],
  ];
  expect(Buffer.concat([...eventFile(1700000000.5, rows)]).toString('base64')).toBe(RECORDED);
});

interface Read {
  step: number;
  time: number;
  values: Map<string, number>;
}

/** As `event.proto` and `summary.proto` say, knowing nothing of the writer. */
function fieldsOf(bytes: Uint8Array): [field: number, value: number | Uint8Array][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(bytes[at++]!);
      value |= (byte & 127n) << shift;
      if (byte < 128n) return Number(value);
    }
  };
  const fields: [number, number | Uint8Array][] = [];
  while (at < bytes.length) {
    const tag = varint();
    const [field, kind] = [tag >> 3, tag & 7];
    if (kind === 0) fields.push([field, varint()]);
    else if (kind === 1) { fields.push([field, view.getFloat64(at, true)]); at += 8; }
    else if (kind === 5) { fields.push([field, view.getFloat32(at, true)]); at += 4; }
    else { const length = varint(); fields.push([field, bytes.subarray(at, at + length)]); at += length; }
  }
  expect(at).toBe(bytes.length);
  return fields;
}

function eventsOf(file: Uint8Array): Read[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const events: Read[] = [];
  for (let at = 0, isFirst = true; at < file.length; isFirst = false) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(maskedCrc(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(maskedCrc(data));
    at += 16 + length;
    const fields = fieldsOf(data);
    const of = (field: number) => fields.find(([name]) => name === field)?.[1];
    if (isFirst) expect(new TextDecoder().decode(of(3) as Uint8Array)).toBe('brain.Event:2'); // a string
    else {
      const values = fieldsOf(of(5) as Uint8Array).map(([, value]): [string, number] => { // a message of messages
        const parts = Object.fromEntries(fieldsOf(value as Uint8Array));
        return [new TextDecoder().decode(parts[1] as Uint8Array), parts[2] as number];
      });
      events.push({ step: (of(2) ?? 0) as number, time: of(1) as number, values: new Map(values) });
    }
  }
  return events;
}

test('a run is a file a stage, with every step, and time runs up to the stage’s end', async () => {
  const { record, stages } = bundleOf(asRunId('run-a'));
  const twin = { ...record, id: asRunId('run-b') };
  const { content } = await exportAs(EXPORTS.find(({ id }) => id === 'tensorboard')!, { stage: '', runs: [{ record, stages }, { record: twin, stages }] });
  const entries = unzipSync(Buffer.concat([...content]));
  expect(Object.keys(entries)).toHaveLength(2 * stages.length);
  const first = Object.keys(entries).map((name) => name.split('/').slice(0, 2));
  expect(new Set(first.map(([run]) => run)).size).toBe(2);
  expect(first.slice(0, 4).map(([, stage]) => stage)).toEqual(stages.map(({ stage }) => stage.stage));
  for (const [i, { stage, history: { metrics } }] of stages.entries()) {
    const events = eventsOf(Object.values(entries)[i]!);
    expect(events.map(({ step }) => step)).toEqual(metrics.steps);
    metrics.steps.forEach((_, row) => {
      const wanted = METRIC_NAMES.flatMap((name): [string, number][] => { const value = metrics.columns[name]?.[row]; return value === null || value === undefined ? [] : [[name, Math.fround(value)]]; });
      expect([...events[row]!.values]).toEqual(wanted);
    });
    expect(events.at(-1)!.time).toBe(stage.updated / 1000);
    expect(events.every(({ time }, at) => at === 0 || time >= events[at - 1]!.time)).toBe(true);
  }
});
