/** German. */
import type { Words } from '../language';
import { classBoard } from './class';
import { model } from './model';
import { site } from './site';

export const de: Words = { classBoard, model, site };
