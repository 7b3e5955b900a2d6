/** German. */
import type { Words } from '../language';
import { lessons } from './lessons';
import { site } from './site';

export const de: Words = { lessons, site };
