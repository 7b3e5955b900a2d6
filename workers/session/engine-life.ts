/**
 * An engine and the work that waits for it. A lost device settles nothing by itself: what was asked of it may stay open for ever,
 * so whoever waits is told here.
 */
import type { EngineStart } from '../engine/engine';

/** The device is gone, or refused a shader: nothing on it can be used any more. */
export class EngineLost extends Error {
  override readonly name = 'EngineLost';
  constructor(readonly reason: string) {
    super(`EngineLost: want a working engine, got one that stopped: ${reason}`);
  }
}

/** Work on a lost device may fail a little before the device says that it is lost, milliseconds. */
const LAST_WORDS = 500;

export class EngineLife {
  #lost: EngineLost | undefined;
  readonly #waiting = new Set<(lost: EngineLost) => void>();

  /** @param onLoss called once, after whoever waits has been told */
  constructor(
    private readonly engine: EngineStart,
    onLoss: () => void,
  ) {
    engine.lost.then((reason) => {
      this.#lost = new EngineLost(reason);
      for (const tell of this.#waiting) tell(this.#lost);
      onLoss();
    });
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Throws `EngineLost` once the engine is lost. */
  check(): void {
    if (this.#lost) throw this.#lost;
  }

  /** Does work on the engine; rejects with `EngineLost` as soon as it is lost, whatever becomes of the work. */
  async ask<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    this.check();
    let tell!: (lost: EngineLost) => void; // set while the promise below is made
    // Not a race against one promise that lives as long as the engine: that would remember every step.
    const loss = new Promise<never>((_, reject) => (tell = reject));
    this.#waiting.add(tell);
    try {
      return await Promise.race([this.#tried(work), loss]);
    } finally {
      this.#waiting.delete(tell);
    }
  }

  async #tried<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      if (this.engine.engine === 'webgpu') await new Promise((done) => setTimeout(done, LAST_WORDS));
      throw error;
    }
  }
}
