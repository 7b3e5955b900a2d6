/** What runs can be written as. To add a format: its file here and one line below; the Runs screen and the batch door offer whatever is in the list. */
import { fileNameOf } from '../storage/file-name';
import { pngCharts, svgCharts } from './charts';
import { comparison } from './comparison';
import { csv } from './csv';
import type { Content, ExportDoors, ExportFormat, ExportSource } from './format';
import { jsonl } from './jsonl';
import { notebook } from './notebook';
import { report } from './report';
import { tensorboard } from './tensorboard';
import { zipped } from './zip';

export const EXPORTS: readonly ExportFormat[] = [
  report,
  csv,
  jsonl,
  comparison,
  tensorboard,
  svgCharts,
  pngCharts,
  notebook,
];

/** Characters of a run's name in a file's, so that the format's stands behind it. */
const LONGEST_NAME = 44;

/** The file a visitor gets: one, or a zip of several. */
export async function exportAs(format: ExportFormat, source: ExportSource, doors: ExportDoors = {}): Promise<{ name: string; content: Content }> {
  const { runs: [first, ...others] } = source;
  if (!first) throw new Error('exportAs: want one run at least, got none');
  const files = await format.files(source, doors);
  const [file] = files;
  const isZip = format.ending === 'zip';
  if (!file && !isZip) throw new Error(`exportAs: want one file of ${format.id}, got none`);
  const called = others.length === 0 ? [...first.record.name].slice(0, LONGEST_NAME).join('') : `${others.length + 1} runs`;
  return { name: fileNameOf(`${called} ${isZip || !file ? format.id : file.name.replace(/\.\w+$/, '')}`, format.ending), content: isZip || !file ? zipped(files) : file.content };
}

export { sourceOf, type ExportDoors, type ExportFormat, type ExportSource } from './format';
