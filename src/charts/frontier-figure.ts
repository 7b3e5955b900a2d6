/** The plots of an experiment as one SVG file, drawn without a browser: the page's own geometry on a white sheet. */
import type { Frontier } from '../experiments/frontier';
import type { Size } from './axes';
import { layoutFrontier, shapeAt, type Curve, type Kind } from './frontier-layout';
import { escaped, fillOf, frameLine, HUES, INK, n, strokeOf, svgOf } from './svg';

const PANEL = { width: 420, height: 260 } as const;
const GAP = 16;
const HEAD = 22;
const LEGEND_LINE = 16;
const LEGEND_WIDTH = 260;
const DASHES: Record<Kind, string> = { proxy: '5 4', gold: 'none', fit: '1 4' };
const WORDS = ['solid: gold reward', 'dashed: proxy reward', 'dotted: fitted law', 'ring: highest gold reward'].join(' · ');

/** The points of a path, as its shape; nothing for the first round of hues. */
function marksOf({ index, kind, d }: Curve): string[] {
  const { points } = shapeAt(index, HUES.length);
  if (points === '' || kind !== 'gold') return [];
  return Array.from(d.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g), ([, x, y]) => `<polygon points="${points}" transform="translate(${n(Number(x) - 4)} ${n(Number(y) - 4)})" ${fillOf(index)}/>`);
}

function panel({ title, goldUnit, paths }: Frontier, size: Size, left: number, top: number): string {
  const { left: x0, right: x1, top: y0, bottom: y1, xTicks, yTicks, zero, curves, peaks } = layoutFrontier(paths, size);
  const legend = (i: number) => ({ x: x0 + (i % columnsIn(size)) * LEGEND_WIDTH, y: y1 + 38 + Math.floor(i / columnsIn(size)) * LEGEND_LINE });
  return [
    `<g transform="translate(${left} ${top})">`,
    `<text x="${x0}" y="-6" font-weight="600">${escaped(title)}</text>`,
    ...yTicks.map(({ at, text }) => `${frameLine(`M${x0} ${n(at)}H${x1}`, 'grid')}<text x="${x0 - 4}" y="${n(at + 3.5)}" text-anchor="end">${text}</text>`),
    ...xTicks.map(({ at, text }) => `${frameLine(`M${n(at)} ${y0}V${y1}`, 'grid')}<text x="${n(at)}" y="${y1 + 14}" text-anchor="middle">${text}</text>`),
    frameLine(`M${x0} ${n(zero)}H${x1}`, 'axis'),
    ...curves.flatMap((curve) => [
      `<path d="${curve.d}" ${strokeOf(curve.index)} stroke-width="${curve.kind === 'proxy' ? 1.5 : 2}" stroke-dasharray="${DASHES[curve.kind]}" stroke-linejoin="round" stroke-linecap="${curve.kind === 'fit' ? 'round' : 'butt'}" fill="none"/>`,
      ...marksOf(curve),
    ]),
    ...peaks.map(({ index, x, y }) => `<circle cx="${n(x)}" cy="${n(y)}" r="4" fill="none" ${strokeOf(index)} stroke-width="2"/>`),
    `<text x="${x1}" y="${y1 + 26}" text-anchor="end" fill="${INK.soft}" class="soft">√KL, √nats (up: reward gained; gold in ${escaped(goldUnit)})</text>`,
    ...paths.map(({ name }, i) => {
      const { x, y } = legend(i);
      const { points } = shapeAt(i, HUES.length);
      const mark = points === '' ? '' : `<polygon points="${points}" transform="translate(${x + 5} ${y - 4})" ${fillOf(i)}/>`;
      return `<path d="M${x} ${y}h18" ${strokeOf(i)} stroke-width="3"/>${mark}<text x="${x + 24}" y="${y + 4}">${escaped(name)}</text>`;
    }),
    '</g>',
  ].join('\n');
}

const columnsIn = ({ width }: Size): number => Math.max(1, Math.floor((width - 40) / LEGEND_WIDTH));

/** Two plots a row; one alone has the whole row. */
export function figureOf(title: string, frontiers: readonly Frontier[]): string {
  const size: Size = { width: frontiers.length > 1 ? PANEL.width : 2 * PANEL.width + GAP, height: PANEL.height };
  const lines = Math.ceil(frontiers.reduce((most, { paths }) => Math.max(most, paths.length), 0) / columnsIn(size));
  const rowHeight = HEAD + size.height + 30 + lines * LEGEND_LINE;
  const rows = Math.ceil(frontiers.length / 2);
  const [width, height] = [2 * (PANEL.width + GAP) + GAP, 64 + rows * rowHeight];
  return svgOf(title, width, height, [
    `<text x="${GAP}" y="24" font-size="14" font-weight="600">${escaped(title)}</text><text x="${GAP}" y="42" fill="${INK.soft}" class="soft">${WORDS}</text>`,
    ...frontiers.map((frontier, i) => panel(frontier, size, GAP + (i % 2) * (size.width + GAP), 64 + HEAD - 6 + Math.floor(i / 2) * rowHeight)),
  ]);
}
