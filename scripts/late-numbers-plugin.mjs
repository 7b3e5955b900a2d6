/**
 * uPlot asks the browser for its formats of numbers and dates when it is loaded. The first to ask has them read from a table: 50 to 80 ms of the first visit here (LOG.md),
 * for formats that the page's charts do not use, since they write numbers themselves. They are asked for when they are used instead. Fails where uPlot has become another.
 */
const CHANGES = [
  ["const numFormatter = new Intl.NumberFormat(domEnv ? nav.language : 'en-US');", 'let numFormatter;'],
  ['const fmtNum = val => numFormatter.format(val);', "const fmtNum = val => (numFormatter ??= new Intl.NumberFormat(domEnv ? nav.language : 'en-US')).format(val);"],
  ['const localTz = new Intl.DateTimeFormat().resolvedOptions().timeZone;', ''],
  ['tz == localTz', 'tz == new Intl.DateTimeFormat().resolvedOptions().timeZone'],
];

/** @returns {import('vite').Plugin} */
export function lateNumbers() {
  return {
    name: 'nudge:late-numbers',
    transform(code, id) {
      if (!id.split('?')[0]?.endsWith('/uPlot.esm.js')) return null;
      for (const [before, after] of CHANGES) if (code.split(before).length !== 2) this.error(`uPlot has not exactly one “${before}” any more, which was to become “${after}”`);
      return { code: CHANGES.reduce((text, [before, after]) => text.replace(before, () => after), code), map: null };
    },
  };
}
