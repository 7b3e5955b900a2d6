/**
 * What drawings made as text have in common: one SVG that is a file of its own, on a white sheet in the page's light colours, and that a document with a theme
 * recolours by its classes (`sheet`, `grid`, `axis`, `soft`, `stroke-1` to `stroke-6`, `fill-1` to `fill-6`, `good`), since files cannot ask for a theme.
 */

/** The page's own in its light theme (app.css). */
export const HUES = ['#0068a6', '#c04a00', '#007a5c', '#9f4a84', '#8a6200', '#5a5f6b'] as const;
export const INK = { text: '#1c1c1c', soft: '#555', grid: '#e3e3e3', axis: '#888', sheet: '#fff', good: '#17693f' } as const;

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for XML and HTML, between tags and between quotes of either kind. What XML has no place for (control characters, halves of characters) becomes U+FFFD. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => NAMED[sign] ?? sign).replace(/[^\P{Cc}\t\n\r]|\p{Cs}|[\uFFFE\uFFFF]/gu, '\uFFFD');

const placeOf = (index: number): number => index % HUES.length;
export const hueOf = (index: number): string => HUES[placeOf(index)]!; // the remainder is a place in the list

export const strokeOf = (index: number): string => `stroke="${hueOf(index)}" class="stroke-${placeOf(index) + 1}"`;
export const fillOf = (index: number): string => `fill="${hueOf(index)}" class="fill-${placeOf(index) + 1}"`;

/** A coordinate, in the drawing's own pixels. */
export const n = (value: number): string => value.toFixed(1);

/** A line of the frame. @param d of an SVG path */
export const frameLine = (d: string, kind: 'grid' | 'axis'): string => `<path d="${d}" stroke="${INK[kind]}" class="${kind}" fill="none"/>`;

/** A whole drawing. @param title read aloud, and shown on hover */
export const svgOf = (title: string, width: number, height: number, parts: readonly string[]): string => [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="${INK.text}" class="figure" role="img" aria-label="${escaped(title)}">`,
  `<title>${escaped(title)}</title>`,
  `<rect width="${width}" height="${height}" fill="${INK.sheet}" class="sheet"/>`,
  ...parts,
  '</svg>\n',
].join('\n');
