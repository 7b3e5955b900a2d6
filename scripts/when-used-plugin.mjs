/**
 * What two packages make ready when they are loaded, they make ready when it is first used: a page is seen sooner, and most visits need none of it (LOG.md). Fails where a package has become another.
 *
 * uPlot asks the browser for its formats of numbers and dates. The first to ask has them read from a table, 50 to 80 ms, for formats that the page's charts do not use, since they write numbers themselves.
 * fflate fills tables of 64 thousand entries, a quarter of all that is evaluated before the first paint; what is packed at a first visit is nothing.
 * Its functions that start workers of their own hand them these tables by name, and would not work after it; none of ours uses them (a test).
 */
const CHANGES = {
  '/uPlot.esm.js': [
    ["const numFormatter = new Intl.NumberFormat(domEnv ? nav.language : 'en-US');", 'let numFormatter;'],
    ['const fmtNum = val => numFormatter.format(val);', "const fmtNum = val => (numFormatter ??= new Intl.NumberFormat(domEnv ? nav.language : 'en-US')).format(val);"],
    ['const localTz = new Intl.DateTimeFormat().resolvedOptions().timeZone;', ''],
    ['tz == localTz', 'tz == new Intl.DateTimeFormat().resolvedOptions().timeZone'],
  ],
  '/fflate/esm/browser.js': [
    // Base and reverse index of lengths and distances, and all reversed numbers of 15 bits …
    ['var _a = freb(fleb, 2), fl = _a.b, revfl = _a.r;', 'var fl, revfl, fd, revfd, rev, flt, fdt, flm, flrm, fdm, fdrm;\nvar begin = function () {\n    var _a = freb(fleb, 2); fl = _a.b; revfl = _a.r;'],
    ['var _b = freb(fdeb, 0), fd = _b.b, revfd = _b.r;', 'var _b = freb(fdeb, 0); fd = _b.b; revfd = _b.r;'],
    ['var rev = new u16(32768);', 'rev = new u16(32768);'],
    ['    rev[i] = (((x & 0xFF00) >> 8) | ((x & 0x00FF) << 8)) >> 1;\n}', '    rev[i] = (((x & 0xFF00) >> 8) | ((x & 0x00FF) << 8)) >> 1;\n}\n};'],
    // … and the trees that every packer and unpacker knows.
    ['var flt = new u8(288);', 'var makeReady = function () {\n    if (rev) return;\n    begin();\n    flt = new u8(288);'],
    ['var fdt = new u8(32);', 'fdt = new u8(32);'],
    ['var flm = /*#__PURE__*/ hMap(flt, 9, 0), flrm = /*#__PURE__*/ hMap(flt, 9, 1);', 'flm = hMap(flt, 9, 0); flrm = hMap(flt, 9, 1);'],
    ['var fdm = /*#__PURE__*/ hMap(fdt, 5, 0), fdrm = /*#__PURE__*/ hMap(fdt, 5, 1);', 'fdm = hMap(fdt, 5, 0); fdrm = hMap(fdt, 5, 1);\n};'],
    ['var inflt = function (dat, st, buf, dict) {', 'var inflt = function (dat, st, buf, dict) {\n    makeReady();'],
    ['var dflt = function (dat, lvl, plvl, pre, post, st) {', 'var dflt = function (dat, lvl, plvl, pre, post, st) {\n    makeReady();'],
  ],
};

/** @returns {import('vite').Plugin} */
export function whenUsed() {
  return {
    name: 'nudge:when-used',
    transform(code, id) {
      const path = id.split('?')[0]?.replaceAll('\\', '/') ?? '';
      const changes = Object.entries(CHANGES).find(([ending]) => path.endsWith(ending))?.[1];
      if (!changes) return null;
      for (const [before, after] of changes) if (code.split(before).length !== 2) this.error(`${path} has not exactly one “${before}” any more, which was to become “${after}”`);
      return { code: changes.reduce((text, [before, after]) => text.replace(before, () => after), code), map: null };
    },
  };
}
