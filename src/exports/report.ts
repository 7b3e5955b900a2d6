/**
 * A report of runs as one HTML file that opens anywhere and asks for nothing: curves are drawings in the text, there is no script, and its own policy forbids everything
 * but the one style sheet whose hash it names, so that not even a text that broke out of its quotes could load or run anything.
 */
import { escaped } from '../charts/svg';
import { Sha256 } from '../storage/sha256';
import { aboutRun, comparisonSection, configSection, frontierSection, stageSection } from './report-parts';
import { STYLE } from './report-style';
import type { ExportFormat, ExportSource } from './format';
import { textBytes } from './pieces';

/** As a policy names it. */
function hashOf(text: string): string {
  const hash = new Sha256();
  hash.update(textBytes(text));
  return `'sha256-${btoa(hash.digest().replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16))))}'`;
}

function* contentOf(source: ExportSource) {
  const { runs } = source;
  const isMany = runs.length > 1;
  const title = isMany ? `${runs.length} runs` : (runs[0]?.record.name ?? '');
  const anchor = (run: number, stage: string) => `run-${run + 1}-${stage}`;
  const links = [
    ...(isMany ? [`<li><a href="#comparison">Comparison</a></li>`] : []),
    ...runs.flatMap(({ record, stages }, i) => (isMany ? [`<li><a href="#run-${i + 1}">${escaped(record.name)}</a></li>`] : stages.map(({ stage: { stage } }) => `<li><a href="#${anchor(i, stage)}">${escaped(stage)}</a></li>`))),
  ];
  yield textBytes([
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${hashOf(STYLE)}; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">',
    `<title>${escaped(title)} – Nudge report</title>`,
    `<style>${STYLE}</style></head><body>`,
    `<header><h1>${escaped(title)}</h1><p class="soft-text">A report of Nudge, the RLHF playground that trains in a browser tab.</p>`,
    `<nav aria-label="Parts of this report"><ul>${links.join('')}</ul></nav></header>`,
    '<main>',
    ...(isMany ? [comparisonSection(source), frontierSection(source)] : []),
    '',
  ].join('\n'));
  for (const [i, run] of runs.entries()) {
    yield textBytes(`${isMany ? `<h2 id="run-${i + 1}">${escaped(run.record.name)}</h2>\n` : ''}${aboutRun(run)}\n`);
    for (const stage of run.stages) yield textBytes(`${stageSection(run, stage, anchor(i, stage.stage.stage))}\n`);
    if (!isMany) yield textBytes(`${frontierSection(source)}\n`);
    yield textBytes(`${configSection(run)}\n`);
  }
  yield textBytes('</main></body></html>\n');
}

export const report: ExportFormat = {
  id: 'report',
  title: 'Report (HTML)',
  says: 'One page with curves, samples, verdicts and the configuration; opens offline, and prints.',
  ending: 'html',
  files: (source) => Promise.resolve([{ name: 'report.html', content: contentOf(source) }]),
};
