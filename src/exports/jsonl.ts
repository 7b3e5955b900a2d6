/** Metrics as JSON Lines: an object a step, only what was measured. Numbers that JSON has no sign for are words, as in run files: "NaN", "Infinity", "-Infinity", "-0". */
import { linesBytes, rowsOf } from '../storage/json-entries';
import type { ExportFormat, ExportSource } from './format';
import { piecesOf } from './pieces';

function* contentOf({ runs }: ExportSource) {
  for (const { record: { name: run, id, config: { seed } }, stages } of runs) {
    for (const { stage: { stage }, history } of stages) {
      for (const piece of piecesOf(history.metrics)) yield linesBytes(rowsOf(piece).map((row) => ({ run, id, seed, stage, ...row })));
    }
  }
}

export const jsonl: ExportFormat = {
  id: 'jsonl',
  title: 'Metrics as JSON Lines',
  says: 'An object a step, with only what was measured; for scripts.',
  ending: 'jsonl',
  files: (source) => Promise.resolve([{ name: 'metrics.jsonl', content: contentOf(source) }]),
};
