/** The plots of an experiment as one SVG file, drawn without a browser: the page's own geometry on a white sheet. */
import { layoutFrontier, type Kind } from '../src/charts/frontier-layout';
import type { Frontier } from '../src/experiments/frontier';

const PANEL = { width: 420, height: 260 } as const;
const GAP = 16;
const HEAD = 22;
const LEGEND_LINE = 16;
/** The page's own in its light theme (app.css), for files cannot ask for a theme. */
const HUES = ['#0068a6', '#c04a00', '#007a5c', '#9f4a84', '#8a6200', '#5a5f6b'] as const;
const DASHES: Record<Kind, string> = { proxy: '5 4', gold: 'none', fit: '1 4' };
const WORDS = ['solid: gold reward', 'dashed: proxy reward', 'dotted: fitted law', 'ring: highest gold reward'].join(' · ');

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
const hueOf = (index: number): string => HUES[index % HUES.length]!; // the remainder is a place in the list

function panel({ title, goldUnit, paths }: Frontier, left: number, top: number): string {
  const { left: x0, right: x1, top: y0, bottom: y1, xTicks, yTicks, zero, curves, peaks } = layoutFrontier(paths, PANEL);
  const line = (ends: string, colour: string) => `<path d="${ends}" stroke="${colour}" fill="none"/>`;
  const n = (value: number) => value.toFixed(1);
  return [
    `<g transform="translate(${left} ${top})">`,
    `<text x="${x0}" y="-6" font-weight="600">${escaped(title)}</text>`,
    ...yTicks.map(({ at, text }) => `${line(`M${x0} ${n(at)}H${x1}`, '#e3e3e3')}<text x="${x0 - 4}" y="${n(at + 3.5)}" text-anchor="end">${text}</text>`),
    ...xTicks.map(({ at, text }) => `${line(`M${n(at)} ${y0}V${y1}`, '#e3e3e3')}<text x="${n(at)}" y="${y1 + 14}" text-anchor="middle">${text}</text>`),
    line(`M${x0} ${n(zero)}H${x1}`, '#888'),
    ...curves.map(({ index, kind, d }) => `<path d="${d}" stroke="${hueOf(index)}" stroke-width="${kind === 'proxy' ? 1.5 : 2}" stroke-dasharray="${DASHES[kind]}" stroke-linejoin="round" stroke-linecap="${kind === 'fit' ? 'round' : 'butt'}" fill="none"/>`),
    ...peaks.map(({ index, x, y }) => `<circle cx="${n(x)}" cy="${n(y)}" r="4" fill="#fff" stroke="${hueOf(index)}" stroke-width="2"/>`),
    `<text x="${x1}" y="${y1 + 26}" text-anchor="end" fill="#555">√KL, √nats (up: reward gained; gold in ${escaped(goldUnit)})</text>`,
    ...paths.map(({ name }, i) => `<path d="M${x0} ${y1 + 38 + i * LEGEND_LINE}h18" stroke="${hueOf(i)}" stroke-width="3"/><text x="${x0 + 24}" y="${y1 + 42 + i * LEGEND_LINE}">${escaped(name)}</text>`),
    '</g>',
  ].join('\n');
}

/** Two plots a row. */
export function figureOf(title: string, frontiers: readonly Frontier[]): string {
  const lines = frontiers.reduce((most, { paths }) => Math.max(most, paths.length), 0);
  const rowHeight = HEAD + PANEL.height + 30 + lines * LEGEND_LINE;
  const columns = Math.min(2, frontiers.length);
  const rows = Math.ceil(frontiers.length / 2);
  const [width, height] = [GAP + columns * (PANEL.width + GAP), 48 + rows * rowHeight];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="#1c1c1c" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${GAP}" y="24" font-size="14" font-weight="600">${escaped(title)}</text><text x="${width - GAP}" y="24" text-anchor="end" fill="#555">${WORDS}</text>`,
    ...frontiers.map((frontier, i) => panel(frontier, GAP + (i % 2) * (PANEL.width + GAP), 48 + HEAD - 6 + Math.floor(i / 2) * rowHeight)),
    '</svg>\n',
  ].join('\n');
}
