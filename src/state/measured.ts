/** The speeds of this machine's engines: measured at the first visit, then remembered by the browser for this version of the page. */
import * as v from 'valibot';
import { Measured } from '../contract/engine';
import { keep, kept } from './kept';

const NAME = 'measured';
const Kept = v.object({ version: v.string(), agent: v.string(), measured: Measured });

/** @param measure asked only where nothing is remembered; what it throws is nobody's trouble: then there is no advice */
export async function measuredHere(version: string, agent: string, measure: () => Promise<Measured>): Promise<Measured> {
  const remembered = parsed(kept('browser', NAME));
  if (remembered?.version === version && remembered.agent === agent) return remembered.measured;
  try {
    const measured = await measure();
    keep('browser', NAME, JSON.stringify({ version, agent, measured } satisfies v.InferOutput<typeof Kept>));
    return measured;
  } catch {
    return {};
  }
}

function parsed(text: string | null): v.InferOutput<typeof Kept> | undefined {
  try {
    const result = v.safeParse(Kept, JSON.parse(text ?? 'null'));
    return result.success ? result.output : undefined;
  } catch {
    return undefined; // not ours, or of another version
  }
}
