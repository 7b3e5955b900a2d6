/** What reports of experiments say: English says what the batch door says. */
export { REPORT_WORDS as reports } from '../../experiments/report-words';
