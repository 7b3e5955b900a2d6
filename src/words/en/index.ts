/** English, from which the other languages take their keys: one file an area of the page, one line here. */
import { lessons } from './lessons';
import { site } from './site';

export const en = { lessons, site };
