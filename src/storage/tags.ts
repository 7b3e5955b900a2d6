/** Tags of runs: one lower-case word each, so that `#word` finds it. */
import { LONGEST_TAG } from './limits';

/** What somebody typed as a tag; empty where nothing of it is left. */
export const tagOf = (text: string): string =>
  [...text.normalize('NFC').toLowerCase().replace(/#/g, ' ').trim().replace(/[\s\p{C}]+/gu, '-')].slice(0, LONGEST_TAG).join('').replace(/^-+|-+$/g, '');
