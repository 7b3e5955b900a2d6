/** What is said everywhere: dates and counts, notices of the whole page, what it offers. */
import { grouped } from '../grouped';

export const page = {
  date: (at: Date) => at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' }),
  whole: (count: number) => grouped(count, ','),
  title: 'Nudge – align a language model in this tab',
  titleOf: (phase: string, run: string) => `${phase} · ${run} – Nudge`,
  dataset: (name: string, rows: number) => `${name}, ${rows} rows`,
  reading: 'Reading…',
  cancel: 'Cancel',
  close: 'Close',
  dismiss: 'Dismiss',
  reload: 'Reload the page',
  table: 'Table',
  tableOf: (name: string) => `Table of ${name}`,
  /** Read out after the word Table. */
  ofName: (name: string) => `of ${name}`,
  unexpected: (detail: string) => `Something unexpected went wrong (${detail}); press Train to go on from the last checkpoint.`,
  update: {
    replaced: 'Another tab uses a newer version of Nudge; this one still shows the older.',
    here: 'A newer version of Nudge is here.',
    later: 'It can be used once nothing is being trained.',
    now: 'The page is loaded again with it; runs stay as they are.',
    use: 'Use it now',
    refused: 'A run is open in another tab, and would lose its trainer: finish it or close that tab, then use the new version.',
  },
  stored: {
    one: (name: string) => `Imported ${name}.`,
    runs: (count: number) => `Imported ${count} runs.`,
    files: (count: number, all: number) => `Imported ${count} of ${all} files.`,
    refused: (count: number, why: string) => `${count} files were not imported. ${why}`,
  },
};
