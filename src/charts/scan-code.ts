/** A link as a QR code (ISO/IEC 18004; the library is uqr, after Nayuki's), as one path of an SVG. */
import { encode } from 'uqr';

/** Light modules around it, without which a camera does not find it (ISO/IEC 18004, 9.1). */
export const QUIET = 4;
/** Modules a side, the quiet ones left out, up to which a code 1.5 m wide on the wall should be read from 8 m: a tenth of the distance for 25 modules, more in proportion, is makers' rule of thumb. Not tried in a room. */
export const COARSE = 49;

export interface ScanCode {
  /** Modules a side, quiet ones among them. */
  side: number;
  /** Of all dark modules, one unit each. */
  path: string;
}

/** @returns null where a link is longer than a code can hold, some 2,300 characters */
export function scanCodeOf(link: string): ScanCode | null {
  let rows: boolean[][];
  try {
    rows = encode(link, { ecc: 'M', border: QUIET }).data;
  } catch {
    return null; // the library has no other complaint about a text
  }
  // Neighbours in a row are drawn as one: hairs of light between them would be seen.
  const runs = rows.flatMap((row, y) => row.flatMap((isDark, x) => {
    if (!isDark || row[x - 1]) return [];
    const end = row.indexOf(false, x); // the quiet ones end every row
    return [`M${x} ${y}h${end - x}v1h${x - end}z`];
  }));
  return { side: rows.length, path: runs.join('') };
}
