/** Does memory stay where it is? Tensors and bytes of our engines after step 20 and after step 500. */
import type { BenchPage } from './browser';
import { nameOf, type ContenderName } from './contender';
import type { FlatRow } from './report';

const EARLY = 20;
const LATE = 500;

export async function measureFlat(page: BenchPage, contenders: readonly ContenderName[], say: (line: string) => void): Promise<FlatRow[]> {
  const rows: FlatRow[] = [];
  for (const name of contenders.filter(({ library }) => library === 'nudge')) {
    const handle = await page.open(name, '0.12M');
    if (!handle) continue;
    const after = async (from: number, to: number) => {
      for (let step = from; step < to; step += 10) await handle.train(10);
      const { bytes, tensors = 0 } = await handle.memory();
      return { step: to, tensors, bytes };
    };
    const early = await after(0, EARLY);
    const late = await after(EARLY, LATE);
    rows.push({ engine: nameOf(name), size: '0.12M', early, late, is_flat: early.tensors === late.tensors && early.bytes === late.bytes });
    say(`  ${nameOf(name)}: ${early.tensors} tensors and ${early.bytes} bytes after ${EARLY} steps, ${late.tensors} and ${late.bytes} after ${LATE}`);
    await handle.close();
  }
  return rows;
}
