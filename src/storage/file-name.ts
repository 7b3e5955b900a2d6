/** What a file is called that is made of something with a name. */

/** Characters of a file name: with the ending, even of four bytes each, no more than any file system takes. */
const LONGEST_NAME = 60;
/** Windows takes these for devices, whatever follows the dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** Letters and digits of any script, joined by single dashes. @param ending without its dot */
export function fileNameOf(name: string, ending = 'nudge'): string {
  const plain = name.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  const short = [...plain].slice(0, LONGEST_NAME).join('').replace(/^-+|-+$/g, '');
  return `${short === '' || DEVICE.test(short) ? (ending === 'nudge' ? 'run' : 'data') : short}.${ending}`;
}
