/**
 * The directory at the end of a zip (PKWARE's APPNOTE 6.3, sections 4.3.12 and 4.3.16): what is in it and where, without reading any of it.
 * Everything the directory claims is checked against the file and against our limits before anybody takes memory because of it.
 */
import { detail, type Detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { LONGEST_ENTRY_NAME, MOST_ENTRIES, MOST_FILE, MOST_UNPACKED } from './limits';

/** Where an entry lies and how. Sizes and places in bytes. */
export interface Place {
  isStored: boolean;
  crc: number;
  packed: number;
  size: number;
  /** Of its own header, before its bytes. */
  from: number;
  /** Where the next entry's header begins, or the directory: its bytes end before. */
  to: number;
}

export type Directory = ReadonlyMap<string, Place>;

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const END_LENGTH = 22;
const CENTRAL_LENGTH = 46;
/** Bytes of a comment behind the end. */
const LONGEST_COMMENT = 0xffff;
const [STORED, DEFLATED] = [0, 8];
const ENCRYPTED = 1;
/** Bytes that deflate makes of one at most, rounded up. */
const MOST_OF_ONE = 1033;

const damaged = (what: Detail) => new Failure('truncated-run-file', what);
const refused = (what: Detail) => new Failure('unreadable-run-file', what);

/** What a zip may be: run files are written here, models by everybody's programs. */
export interface ZipRules {
  /** Bytes that compressed entries may claim to unpack to, all together. */
  mostUnpacked: number;
  isName(name: string): boolean;
}

/** A path inside the folder that somebody unpacks it to, on any system. */
export const RUN_FILE: ZipRules = {
  mostUnpacked: MOST_UNPACKED,
  isName: (name) => name.split('/').every((part) => /^[\p{L}\p{M}\p{N}_.-]+$/u.test(part) && !/^\.+$/.test(part) && part !== '__proto__'),
};

/** Throws `not-a-run-file`, `truncated-run-file`, `unreadable-run-file`. */
export async function directoryOf(file: Blob, { mostUnpacked, isName }: ZipRules = RUN_FILE): Promise<Directory> {
  const head = new DataView(await file.slice(0, 4).arrayBuffer());
  if (head.byteLength < 4 || head.getUint32(0, true) !== LOCAL) throw new Failure('not-a-run-file');
  if (file.size > MOST_FILE) throw refused(detail('large-zip', Math.round(file.size / 2 ** 20), Math.floor(MOST_FILE / 2 ** 20)));
  const { count, from, to } = await endOf(file);
  if (count > MOST_ENTRIES) throw refused(detail('many-entries', MOST_ENTRIES));
  const view = new DataView(await file.slice(from, to).arrayBuffer());
  const places = new Map<string, Place>();
  let at = 0;
  let claimed = 0;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_LENGTH > view.byteLength || view.getUint32(at, true) !== CENTRAL) throw damaged(detail('no-whole-directory'));
    const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const [nameLength = 0] = lengths;
    const next = at + CENTRAL_LENGTH + lengths.reduce((sum, length) => sum + length, 0);
    if (next > view.byteLength) throw damaged(detail('no-whole-directory'));
    const name = nameIn(new Uint8Array(view.buffer, at + CENTRAL_LENGTH, nameLength), isName);
    if (places.has(name)) throw refused(detail('two-entries', name));
    const place = placeAt(view, at, name, from);
    // Its memory is taken before anything is unpacked, so the claim itself must be bounded.
    if (!place.isStored) claimed += place.size;
    if (claimed > mostUnpacked) throw refused(detail('claims-more', name, Math.floor(mostUnpacked / 2 ** 20)));
    if (!place.isStored && place.size > MOST_OF_ONE * (place.packed + 1)) throw damaged(detail('claims-too-much', name));
    places.set(name, place);
    at = next;
  }
  if (at !== view.byteLength) throw damaged(detail('no-whole-directory'));
  setEnds([...places.values()], from);
  return places;
}

/** The end of the directory is looked for from the end of the file, since a comment may follow it. */
async function endOf(file: Blob): Promise<{ count: number; from: number; to: number }> {
  const start = Math.max(0, file.size - END_LENGTH - LONGEST_COMMENT);
  const view = new DataView(await file.slice(start).arrayBuffer());
  for (let at = view.byteLength - END_LENGTH; at >= 0; at--) {
    if (view.getUint32(at, true) !== END || at + END_LENGTH + view.getUint16(at + 20, true) !== view.byteLength) continue;
    const [count, length, from] = [view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    if (view.getUint32(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== count) throw damaged(detail('one-of-several'));
    if (from + length !== start + at) throw damaged(detail('misplaced-directory'));
    return { count, from, to: from + length };
  }
  throw damaged(detail('no-directory'));
}

function placeAt(view: DataView, at: number, name: string, directory: number): Place {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [crc = 0, packed = 0, size = 0] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true));
  const from = view.getUint32(at + 42, true);
  if (flags & ENCRYPTED) throw refused(detail('encrypted', name));
  if (method !== STORED && method !== DEFLATED) throw refused(detail('other-compression', name));
  const isStored = method === STORED;
  if (from + packed > directory || (isStored && packed !== size)) throw damaged(detail('outside-file', name));
  return { isStored, crc, packed, size, from, to: directory };
}

/** Entries on top of each other are how a small file claims to hold a large one many times: none is read beyond where the next one begins. */
function setEnds(places: Place[], directory: number): void {
  places.sort((a, b) => a.from - b.from);
  places.forEach((place, i) => (place.to = places[i + 1]?.from ?? directory));
}

function nameIn(bytes: Uint8Array, isName: ZipRules['isName']): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused(detail('name-no-text'));
  }
  if (name.length > LONGEST_ENTRY_NAME || !isName(name)) throw refused(detail('name-unknown', JSON.stringify(name.slice(0, 80))));
  return name;
}
