/** Knobs: title, help and where the default comes from. */
import type { Words } from '../language';
import { ownKnobs } from './knobs-own';
import { sharedKnobs } from './knobs-shared';

export const knobs: Words['knobs'] = { shared: sharedKnobs, own: ownKnobs };
