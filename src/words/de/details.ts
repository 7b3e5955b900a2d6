/** What stands behind a failure, beside an engine or in a verdict. */
import type { Words } from '../language';
import { fileDetails } from './details-files';
import { modelDetails } from './details-models';
import { trainingDetails } from './details-training';

export const details: Words['details'] = { ...trainingDetails, ...fileDetails, ...modelDetails };
