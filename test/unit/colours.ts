/** Colours as numbers: tokens read from the style sheets, contrast (WCAG 2.2), how they look to people who lack a kind of cone, and how far apart two are. Pure. */

type Triple = readonly [number, number, number];

/** Name -> value as it is written, from the first block of a selector. */
export function tokensOf(css: string, selector: string): Map<string, string> {
  const start = css.indexOf(`\n${selector} {`);
  if (start < 0) throw new Error(`tokensOf: want a block of ${selector}, got none`);
  const block = css.slice(start).split(/\n\s*(?:&|\})/, 1)[0]!; // splitting gives at least one part
  return new Map([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!.trim()]));
}

/** The colour that a token is in light or dark: `#rrggbb`. */
export function colourOf(tokens: ReadonlyMap<string, string>, name: string, scheme: 'light' | 'dark'): string {
  const written = tokens.get(name) ?? '';
  const [, light, dark] = /^light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)$/.exec(written) ?? [];
  const other = /^var\(--([\w-]+)\)$/.exec(written)?.[1];
  if (other !== undefined) return colourOf(tokens, other, scheme);
  const found = scheme === 'light' ? light : dark;
  if (found === undefined) throw new Error(`${name}: want light-dark() of two colours, got ${written || 'nothing'}`);
  return found;
}

/** Linear light, each in [0, 1]. */
const linear = (hex: string): Triple => {
  const part = (at: number) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
};

const times = (matrix: readonly Triple[], [r, g, b]: Triple): number[] => matrix.map(([x, y, z]) => x * r + y * g + z * b);

const luminance = (hex: string): number => times([[0.2126, 0.7152, 0.0722]], linear(hex))[0]!; // a row a value

export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]; // two went in
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira and Fernandes 2009, table 1 (doi:10.1109/TVCG.2009.113): full severity, on linear light. */
export const SEEN_BY: Readonly<Record<string, readonly Triple[]>> = {
  everybody: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopes: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopes: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopes: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

/** sRGB's primaries in XYZ over those of its white (D65). */
const TO_XYZ: readonly Triple[] = [[0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047], [0.2126729, 0.7151522, 0.072175], [0.0193339 / 1.08883, 0.119192 / 1.08883, 0.9503041 / 1.08883]];

function lab(light: readonly number[]): Triple {
  const [r = 0, g = 0, b = 0] = light.map((value) => Math.min(1, Math.max(0, value)));
  const [x = 0, y = 0, z = 0] = times(TO_XYZ, [r, g, b]).map((value) => (value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIE 1976: 1 is hardly seen, 10 at a glance. */
export function distance(a: string, b: string, seenBy: readonly Triple[] = SEEN_BY['everybody']!): number {
  const [one, other] = [a, b].map((hex) => lab(times(seenBy, linear(hex)))) as [Triple, Triple]; // two went in
  return Math.hypot(...one.map((value, i) => value - other[i]!));
}
