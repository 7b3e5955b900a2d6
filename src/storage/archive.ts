/**
 * A zip of named entries whose bytes depend on nothing but its content, and the checksums that tell whether an entry is still itself.
 * It is written in pieces, of which large ones are the entries' own bytes, and read entry by entry from where it lies: neither ever has the whole file in memory.
 */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { PIECE } from './limits';
import { Sha256 } from './sha256';
import { directoryOf, type Directory, type ZipRules } from './zip-directory';
import { entryOf } from './zip-entry';

export type Entries = Map<string, Uint8Array<ArrayBuffer>>;

/** Zip writes local time, so this one is local too: the same bytes in every time zone. Every zone has a noon, not every one each midnight. */
const NO_TIME = new Date(1980, 0, 1, 12);

/** Numbers of weights hardly compress: they are stored as they are. @returns pieces of the file in order; those of stored entries are views of what was given */
export function pack(entries: Entries): Uint8Array<ArrayBuffer>[] {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    pieces.push(piece);
  });
  for (const [name, bytes] of entries) {
    const entry = name.endsWith('.safetensors') ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    entry.mtime = NO_TIME;
    zip.add(entry);
    entry.push(bytes, true);
  }
  zip.end();
  return pieces;
}

export interface Archive {
  readonly directory: Directory;
  /** Whole. Throws `truncated-run-file`, `wrong-hash`, `unreadable-run-file` when it is larger than it says. */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Looks at the directory only. Throws `not-a-run-file`, `truncated-run-file`, `unreadable-run-file` (claims to be too large, or has names that no run file has). */
export async function openArchive(file: Blob, rules?: ZipRules): Promise<Archive> {
  const directory = await directoryOf(file, rules);
  return {
    directory,
    read: (name) => {
      const place = directory.get(name);
      if (!place) throw new Failure('wrong-hash', detail('missing', name));
      return entryOf(file, name, place);
    },
  };
}

/** Every entry, or those asked for. Throws what opening and reading throw. */
export async function entriesIn({ directory, read }: Archive, isWanted: (name: string) => boolean = () => true): Promise<Entries> {
  const entries: Entries = new Map();
  for (const name of directory.keys()) if (isWanted(name)) entries.set(name, await read(name)); // one after the other: each takes its memory once
  return entries;
}

/** SHA-256, lower-case hexadecimal. */
export async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (bytes.length > PIECE) return hashInPieces(bytes); // the browser's own would copy it first
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function hashInPieces(bytes: Uint8Array): Promise<string> {
  const hash = new Sha256();
  for (let at = 0; at < bytes.length; at += PIECE) hash.update(bytes.subarray(at, at + PIECE));
  return hash.digest();
}

/** Every entry but those named in `except`, by name. */
export async function hashesOf(entries: Entries, except: string): Promise<Record<string, string>> {
  const others = [...entries].filter(([name]) => name !== except);
  return Object.fromEntries(await Promise.all(others.map(async ([name, bytes]) => [name, await hashOf(bytes)] as const)));
}

/** Throws `wrong-hash` naming the first entry that is missing, too many or changed. */
export async function checkHashes(entries: Entries, hashes: Readonly<Record<string, string>>, except: string): Promise<void> {
  const found = await hashesOf(entries, except);
  for (const name of Object.keys(hashes)) if (!Object.hasOwn(found, name)) throw new Failure('wrong-hash', detail('missing', name));
  for (const [name, hash] of Object.entries(found)) {
    if (!Object.hasOwn(hashes, name)) throw new Failure('wrong-hash', detail('added', name));
    if (hashes[name] !== hash) throw new Failure('wrong-hash', detail('changed', name));
  }
}
