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
  /** What is timed while the page is at work is timed wrong, so it begins after this; or when somebody waits for it. */
  after: Promise<void>;
  take: (measured: Measured) => Promise<void>;
}

/** Measures in its own time. */
export class SpeedMeasuring {
  #hasten = () => {};
  /** When engines may be started: then the page stands still, or somebody waits. */
  readonly begins: Promise<void>;
  readonly #taken: Promise<void>;

  constructor({ version, agent, measure, after, take }: Measuring) {
    this.begins = Promise.race([after, new Promise<void>((done) => (this.#hasten = done))]);
    this.#taken = measuredHere(version, agent, () => this.begins.then(measure)).then(take);
  }

  /** Now, since somebody waits. Resolves when it was taken, or after a moment. */
  async soon(): Promise<void> {
    this.#hasten();
    await Promise.race([this.#taken, new Promise((done) => setTimeout(done, PATIENCE))]);
  }
}

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
