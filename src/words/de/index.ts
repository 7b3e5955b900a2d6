/** German. */
import type { Words } from '../language';
import { model } from './model';
import { site } from './site';

export const de: Words = { model, site };
