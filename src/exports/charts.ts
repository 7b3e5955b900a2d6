/** Every chart as a file: SVG made from the numbers, or the same drawn as PNG. */
import { fileNames, wordOf } from './file-names';
import { frontierFigures, overlayFigures, stageFigures, type Figure } from './figures';
import type { ExportDoors, ExportFile, ExportFormat, ExportSource } from './format';
import { textBytes } from './pieces';

const SIZE = { width: 720, height: 320 } as const;

function figuresOf(source: ExportSource): Figure[] {
  const { runs: [only, ...others] } = source;
  const own = only && others.length === 0 ? only.stages.flatMap((stage) => stageFigures(only, stage, SIZE)) : overlayFigures(source, SIZE);
  return [...own, ...frontierFigures(source)];
}

function namedOf(source: ExportSource): { name: string; svg: string }[] {
  const names = fileNames();
  return figuresOf(source).map(({ name, svg }) => ({ name: names.of(name.map((word) => wordOf(word, 'chart')).join(' '), name.join('\n')), svg }));
}

export const svgCharts: ExportFormat = {
  id: 'svg',
  title: 'Charts as SVG',
  says: 'A zip of drawings that stay sharp at any size; for papers and slides.',
  ending: 'zip',
  files: (source) => Promise.resolve(namedOf(source).map(({ name, svg }) => ({ name: `${name}.svg`, content: [textBytes(svg)] }))),
};

export const pngCharts: ExportFormat = {
  id: 'png',
  title: 'Charts as PNG',
  says: 'A zip of the same charts as images, at twice the size of the screen’s pixels.',
  ending: 'zip',
  needsDrawing: true,
  files: async (source, { rasterise }: ExportDoors) => {
    if (!rasterise) throw new Error('pngCharts: want something that draws, got nothing');
    const files: ExportFile[] = [];
    for (const { name, svg } of namedOf(source)) files.push({ name: `${name}.png`, content: [await rasterise(svg)] });
    return files;
  },
};
