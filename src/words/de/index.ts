/** German. */
import type { Words } from '../language';
import { site } from './site';

export const de: Words = { site };
