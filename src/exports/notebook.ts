/** A Python notebook (nbformat 4.5) that reads the runs' own files with the standard library alone and draws their curves; matplotlib and safetensors are used where they are installed. */
import { fileNameOf } from '../storage/file-name';
import type { ExportFormat, ExportSource } from './format';
import { DRAW, READ, TABLE, WEIGHTS } from './notebook-cells';
import { textBytes } from './pieces';

/** As nbformat wants it: lines, each but the last with its end. */
const linesOf = (text: string): string[] => text.trim().split(/(?<=\n)/);

const markdown = (id: string, text: string) => ({ cell_type: 'markdown', id, metadata: {}, source: linesOf(text) });
const code = (id: string, text: string) => ({ cell_type: 'code', id, metadata: {}, execution_count: null, outputs: [], source: linesOf(text) });

/** A text in Python: JSON's marks and escapes are all Python's too. */
const quoted = (text: string): string => JSON.stringify(text);

/** Names come from people: they are shown as code, without what would end that. */
const shown = (text: string): string => `\`${text.replace(/[`\s]+/g, ' ').trim() || 'run'}\``;

function bookOf({ runs }: ExportSource) {
  const files = [...new Set(runs.map(({ record }) => fileNameOf(record.name)))];
  return {
    cells: [
      markdown('about', `# Runs of Nudge\n\n${runs.map(({ record: { name, config: { recipe, seed } } }) => `- ${shown(name)}, recipe ${shown(recipe)}, seed ${seed}`).join('\n')}\n\nPut the run files (press *Export run* in Nudge) beside this notebook, or correct their names below. Nothing has to be installed; with \`matplotlib\` the curves are nicer.`),
      code('files', `FILES = [\n${files.map((name) => `    ${quoted(name)},\n`).join('')}]`),
      code('read', READ),
      markdown('last', '## Last values'),
      code('table', TABLE),
      markdown('curves', '## Curves\n\nEvery metric of every stage; name some in `draw(stage, metrics)` to see only those.'),
      code('draw', DRAW),
      markdown('models', '## Weights\n\nParameters have GPT-2’s names after the model’s. With `safetensors` and `numpy` they are arrays.'),
      code('weights', WEIGHTS),
    ],
    metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' }, language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

export const notebook: ExportFormat = {
  id: 'notebook',
  title: 'Python notebook',
  says: 'Reads the run file of Export run and draws its curves with nothing but Python’s standard library.',
  ending: 'ipynb',
  files: (source) => Promise.resolve([{ name: 'notebook.ipynb', content: [textBytes(`${JSON.stringify(bookOf(source), null, 1)}\n`)] }]),
};
