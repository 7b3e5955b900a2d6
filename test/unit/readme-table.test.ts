/** The README's figures are those of the report that is kept with them. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KEPT, tableOf, withTable } from '../../scripts/bench/readme';
import type { Report } from '../../scripts/bench/report';

const readme = readFileSync('README.md', 'utf8');
const report = JSON.parse(readFileSync(KEPT, 'utf8')) as Report; // our own file

it('the README shows the kept report', () => {
  expect(withTable(readme, report)).toBe(readme);
});

it('another report makes another table', () => {
  const other = structuredClone(report);
  other.training[0]!.milliseconds_per_step.median *= 2;
  expect(tableOf(other)).not.toBe(tableOf(report));
});
