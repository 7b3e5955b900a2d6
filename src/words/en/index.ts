/** English, from which the other languages take their keys: one file an area of the page, one line here. */
import { classBoard } from './class';
import { model } from './model';
import { site } from './site';

export const en = { classBoard, model, site };
