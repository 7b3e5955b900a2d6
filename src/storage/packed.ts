/** Short text as letters that an address bar keeps as they are: deflated (RFC 1951), in base64's alphabet for addresses (RFC 4648, section 5), without padding. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { LONGEST_PACKED } from './limits';

export function pack(text: string): string {
  return btoa(strFromU8(deflateSync(strToU8(text), { level: 9 }), true)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Throws where this is nothing that was packed, or where it is longer than an address may be. */
export function unpack(packed: string): string {
  if (packed.length > LONGEST_PACKED) throw new Error(`packed: want at most ${LONGEST_PACKED} characters, got ${packed.length}`);
  if (!/^[\w-]+$/.test(packed)) throw new Error('packed: want letters, digits, - and _');
  const bytes = inflateSync(strToU8(atob(packed.replaceAll('-', '+').replaceAll('_', '/')), true));
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
