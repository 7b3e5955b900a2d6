/** Room for packed matrices and tiles, given once by the host: this module has no memory of its own. */

/** Rows and depth of a packed block: 256 × 256 numbers stay in a second-level cache. */
export const BLOCK: i32 = 256;

let start: usize = 0;
let end: usize = 0;

export function setScratch(address: usize, bytes: usize): void {
  start = (address + 63) & ~63;
  end = address + bytes;
}

/** Packed block of the left factor: BLOCK × BLOCK. */
@inline
export function leftBlock(): usize {
  return start;
}

/** Packed panel of the right factor: BLOCK × 8. */
@inline
export function rightPanel(): usize {
  return start + (BLOCK * BLOCK * 4);
}

/** One tile of 4 × 8 for edges. */
@inline
export function edgeTile(): usize {
  return rightPanel() + BLOCK * 8 * 4;
}

/** Everything after those: for the kernel that is running. */
@inline
export function free(): usize {
  return edgeTile() + 128;
}

export function freeBytes(): usize {
  return end - free();
}
