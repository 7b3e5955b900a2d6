/** German. */
import type { Words } from '../language';
import { classBoard } from './class';
import { site } from './site';

export const de: Words = { site, classBoard };
