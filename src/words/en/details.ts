/** What stands behind a failure, beside an engine or in a verdict: English says what the batch door says. */
export { DETAILS as details } from '../../contract/details';
