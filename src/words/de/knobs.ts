/** Knobs: title, help, where the default comes from, and what their options are called. */
import type { Words } from '../language';
import { knobOptions } from './knob-options';
import { ownKnobs } from './knobs-own';
import { sharedKnobs } from './knobs-shared';

export const knobs: Words['knobs'] = { shared: sharedKnobs, own: ownKnobs, options: knobOptions };
