/** What can go wrong: English says what the batch door says. */
import { FAILURES, type FailureCode } from '../../contract/failures';

export const failures: Readonly<Record<FailureCode, string>> = FAILURES;
