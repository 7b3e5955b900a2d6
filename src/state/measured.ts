/** The speeds of this machine's engines: measured at the first visit, then remembered by the browser for this version of the page. */
import * as v from 'valibot';
import { Measured } from '../contract/engine';
import { keep, kept } from './kept';

const NAME = 'measured';
const Kept = v.object({ version: v.string(), agent: v.string(), measured: Measured });

/** Milliseconds: who waits for it goes on without it then. */
const PATIENCE = 2500;

export interface Measuring {
  version: string;
  agent: string;
  measure: () => Promise<Measured>;
  /** What is timed while the page is at work is timed wrong, so it begins after this; or when somebody waits for it, and is then not remembered. */
  after: Promise<void>;
}

/** Measures in its own time, unless it is hastened. */
export class SpeedMeasuring {
  #hasten = () => {};
  /** When engines may be started: then the page stands still, or somebody waits. */
  readonly begins: Promise<void>;
  readonly measured: Promise<Measured>;

  constructor({ version, agent, measure, after }: Measuring) {
    let isStill = false;
    this.begins = Promise.race([after.then(() => void (isStill = true)), new Promise<void>((done) => (this.#hasten = done))]);
    this.measured = measuredHere(version, agent, async () => {
      await this.begins;
      const isSure = isStill;
      return { measured: await measure(), isSure };
    });
  }

  /** Now, since somebody waits; null where it takes too long. */
  soon(): Promise<Measured | null> {
    this.#hasten();
    return Promise.race([this.measured, new Promise<null>((done) => setTimeout(() => done(null), PATIENCE))]);
  }
}

/** @param measure asked only where nothing is remembered, and what is not sure is not; what it throws is nobody's trouble: then there is no advice */
export async function measuredHere(version: string, agent: string, measure: () => Promise<{ measured: Measured; isSure: boolean }>): Promise<Measured> {
  const remembered = parsed(kept('browser', NAME));
  if (remembered?.version === version && remembered.agent === agent) return remembered.measured;
  try {
    const { measured, isSure } = await measure();
    if (isSure) keep('browser', NAME, JSON.stringify({ version, agent, measured } satisfies v.InferOutput<typeof Kept>));
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
