/**
 * Event files of TensorBoard: one file a stage, in a folder a stage, which TensorBoard shows as a run of its own.
 * A record (TFRecord) is the length of its data as uint64, the masked CRC of these eight bytes, the data, the masked CRC of the data; all little-endian.
 * Data is an `Event` in protocol buffers: 1 wall_time (double, seconds), 2 step (int64), 3 file_version (string) or 5 summary (Summary).
 * A `Summary` repeats 1 value: 1 tag (string), 2 simple_value (float). Sources: tensorflow/core/util/event.proto, framework/summary.proto, lib/io/record_writer.
 */
import { METRIC_NAMES } from '../contract/metrics';
import { maskedCrc } from './crc32c';
import { fileNames } from './file-names';
import type { ExportedStage, ExportFormat } from './format';
import { piecesOf, textBytes } from './pieces';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that grow. */
class Writing {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  /** Room for so many more. */
  #room(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.length + more, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** @param value whole, at least 0, exact in a double */
  varint(value: number): void {
    this.#room(10);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
  }

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  uint32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  float(value: number): void {
    this.#room(4);
    this.#view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** The masked CRC of what was written since there were so many bytes. */
  crcSince(from: number): void {
    this.uint32(maskedCrc(this.#bytes.subarray(from, this.length)));
  }

  /** A copy, after which it is empty. */
  taken(): Bytes {
    const bytes = this.#bytes.slice(0, this.length);
    this.length = 0;
    return bytes;
  }
}

/** Kinds of fields on the wire. */
const [VARINT, DOUBLE, LENGTH, FLOAT] = [0, 1, 2, 5];
const key = (field: number, kind: number): number => field * 8 + kind;

function record(into: Writing, data: Bytes): void {
  const head = into.length;
  into.uint32(data.length);
  into.uint32(0); // no event is as long as four gigabytes
  into.crcSince(head);
  const body = into.length;
  into.bytes(data);
  into.crcSince(body);
}

/** Everything of a summary's value but the number itself, which is always as long: made once a tag, not once a number. */
export function headOf(tag: string): Bytes {
  const name = textBytes(tag);
  const inner = new Writing();
  inner.varint(key(1, LENGTH));
  inner.varint(name.length);
  inner.bytes(name);
  inner.varint(key(2, FLOAT));
  const outer = new Writing();
  outer.varint(key(1, LENGTH));
  outer.varint(inner.length + 4);
  outer.bytes(inner.taken());
  return outer.taken();
}

export interface Scalars {
  /** Seconds since 1970. */
  time: number;
  step: number;
  /** @see headOf */
  values: readonly { head: Bytes; value: number }[];
}

/** One event, reusing what it is written in. */
function eventBytes(event: Writing, summary: Writing, { time, step, values }: Scalars): Bytes {
  for (const { head, value } of values) {
    summary.bytes(head);
    summary.float(value);
  }
  event.varint(key(1, DOUBLE));
  event.double(time);
  if (step !== 0) { // as protocol buffers write what is 0: not at all
    event.varint(key(2, VARINT));
    event.varint(step);
  }
  const inner = summary.taken();
  event.varint(key(5, LENGTH));
  event.varint(inner.length);
  event.bytes(inner);
  return event.taken();
}

function versionBytes(time: number): Bytes {
  const event = new Writing();
  const version = textBytes('brain.Event:2');
  event.varint(key(1, DOUBLE));
  event.double(time);
  event.varint(key(3, LENGTH));
  event.varint(version.length);
  event.bytes(version);
  return event.taken();
}

/** A whole event file: its first record says the version. @param rows in pieces, each of which is written at once */
export function* eventFile(time: number, rows: Iterable<readonly Scalars[]>): Generator<Bytes> {
  const file = new Writing();
  record(file, versionBytes(time));
  yield file.taken();
  const [event, summary] = [new Writing(), new Writing()];
  for (const piece of rows) {
    for (const row of piece) record(file, eventBytes(event, summary, row));
    yield file.taken();
  }
}

/** Times of single steps are not kept, so a stage's seconds are spread evenly over its rows, up to when it was last written. */
function* rowsOf({ stage: { updated, seconds }, history: { metrics } }: ExportedStage): Generator<Scalars[]> {
  const heads = METRIC_NAMES.filter((name) => metrics.columns[name]).map((name) => ({ name, head: headOf(name) }));
  const count = metrics.steps.length;
  let row = 0;
  for (const { steps, columns } of piecesOf(metrics)) {
    yield steps.map((step, i) => {
      const values = heads.flatMap(({ name, head }) => {
        const value = columns[name]?.[i];
        return value === null || value === undefined ? [] : [{ head, value }];
      });
      row += 1;
      return { time: updated / 1000 - seconds * (1 - row / count), step, values };
    });
  }
}

export const tensorboard: ExportFormat = {
  id: 'tensorboard',
  title: 'TensorBoard events',
  says: 'A zip of event files, one folder a stage; unpack it and point TensorBoard’s --logdir at it.',
  ending: 'zip',
  files: ({ runs }) => {
    const names = fileNames();
    return Promise.resolve(runs.flatMap(({ record: { name, id }, stages }) => {
      const folder = names.of(name, id);
      return stages.map((stage) => {
        const start = stage.stage.updated / 1000 - stage.stage.seconds;
        return { name: `${folder}/${stage.stage.stage}/events.out.tfevents.${Math.max(0, Math.floor(start))}.nudge`, content: eventFile(start, rowsOf(stage)) };
      });
    }));
  },
};
