/** A zip of named entries whose bytes depend on nothing but its content, and the checksums that tell whether an entry is still itself. */
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { Failure } from '../contract/failures';

export type Entries = Map<string, Uint8Array<ArrayBuffer>>;

/** Bytes that compressed entries may claim to unpack to, all together. Stored entries cannot be larger than the file they stand in. */
const MOST_UNPACKED = 256 * 2 ** 20;
/** A directory can claim any number of entries and describe none of them. */
const MOST_ENTRIES = 10_000;
/** Zip writes local time, so this one is local too: the same bytes in every time zone. Every zone has a noon, not every one each midnight. */
const NO_TIME = new Date(1980, 0, 1, 12);
const STORED = 0;

/** Numbers of weights hardly compress: they are stored as they are. */
export function pack(entries: Entries): Uint8Array<ArrayBuffer> {
  const level = (name: string) => (name.endsWith('.safetensors') ? STORED : 6);
  const zippable: Zippable = Object.fromEntries([...entries].map(([name, bytes]) => [name, [bytes, { level: level(name) }]]));
  return zipSync(zippable, { mtime: NO_TIME });
}

/** Throws `not-a-run-file`, `truncated-run-file`, `unreadable-run-file` (claims to be too large). */
export function unpack(bytes: Uint8Array): Entries {
  if (!isZip(bytes)) throw new Failure('not-a-run-file');
  const names = new Set<string>();
  let claimed = 0;
  try {
    const unzipped = unzipSync(bytes, {
      filter: ({ name, originalSize, compression }) => {
        if (names.has(name)) throw new Failure('unreadable-run-file', `two entries are named ${name}`);
        if (names.add(name).size > MOST_ENTRIES) throw new Failure('unreadable-run-file', `more than ${MOST_ENTRIES} entries`);
        // Its memory is taken before anything is unpacked, so the claim itself must be bounded.
        if (compression !== STORED) claimed += originalSize;
        if (!(claimed <= MOST_UNPACKED)) throw new Failure('unreadable-run-file', `${name}: claims to unpack to more than ${MOST_UNPACKED / 2 ** 20} MiB`);
        return true;
      },
    });
    const entries: Entries = new Map(Object.entries(unzipped));
    if (entries.size !== names.size) throw new Failure('unreadable-run-file', 'an entry has a name that no file can have'); // `__proto__`
    return entries;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('truncated-run-file', error instanceof Error ? error.message : String(error));
  }
}

/** SHA-256, lower-case hexadecimal. */
export async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Every entry but those named in `except`, by name. */
export async function hashesOf(entries: Entries, except: string): Promise<Record<string, string>> {
  const others = [...entries].filter(([name]) => name !== except);
  return Object.fromEntries(await Promise.all(others.map(async ([name, bytes]) => [name, await hashOf(bytes)] as const)));
}

/** Throws `wrong-hash` naming the first entry that is missing, too many or changed. */
export async function checkHashes(entries: Entries, hashes: Readonly<Record<string, string>>, except: string): Promise<void> {
  const found = await hashesOf(entries, except);
  for (const name of Object.keys(hashes)) if (!Object.hasOwn(found, name)) throw new Failure('wrong-hash', `${name} is missing`);
  for (const [name, hash] of Object.entries(found)) {
    if (!Object.hasOwn(hashes, name)) throw new Failure('wrong-hash', `${name} was added`);
    if (hashes[name] !== hash) throw new Failure('wrong-hash', `${name} was changed`);
  }
}

/** Every zip with an entry in it begins with these four bytes. */
const isZip = (bytes: Uint8Array): boolean => [0x50, 0x4b, 0x03, 0x04].every((byte, i) => bytes[i] === byte);
