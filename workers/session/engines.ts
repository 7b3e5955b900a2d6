/** The engine of a worker, and what comes after one that was lost: a new device first, then WASM. */
import type { EngineChoice, EngineInfo } from '../../src/contract/engine';
import { detail, type Detail, detailText } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { EngineStart } from '../engine/engine';

export interface Loss {
  /** What the device or the browser said. */
  reason: string;
  /** Nothing has been saved since an engine was lost before: a new device would be lost the same way. */
  isAgain: boolean;
  /** Where training goes on, for people. */
  from: Detail;
}

export class Engines {
  #current: { choice: EngineChoice; started: Promise<EngineStart> } | undefined;

  constructor(private readonly start: (choice: EngineChoice) => Promise<EngineStart>) {}

  /** Started once; one that took the place of a lost one stays. */
  of(choice: EngineChoice): Promise<EngineStart> {
    return this.#current?.choice === choice ? this.#current.started : this.#keep(choice, this.start(choice));
  }

  /** Discards the present engine and starts another, whose note says why. Throws `device-lost` when nothing is left to start. */
  async replace(loss: Loss): Promise<EngineStart> {
    if (!this.#current) throw new Error('Engines.replace: want an engine that was started, got none');
    const { choice, started } = this.#current;
    const lost = await started;
    lost.discard();
    return this.#keep(choice, this.#after(lost, choice, loss));
  }

  #keep(choice: EngineChoice, started: Promise<EngineStart>): Promise<EngineStart> {
    this.#current = { choice, started };
    started.catch(() => {
      if (this.#current?.started === started) this.#current = undefined; // may be tried again
    });
    return started;
  }

  async #after(lost: EngineStart, choice: EngineChoice, { reason, isAgain, from }: Loss): Promise<EngineStart> {
    const said = brief(reason);
    if (lost.engine !== 'webgpu') throw new Failure('device-lost', said);
    const next = (isAgain ? undefined : await this.start(choice).catch(() => undefined)) ?? (await this.#wasm(said));
    const first = detail('went-on', said, from, next.engine === 'webgpu');
    const told = next.told ? detail('together', first, next.told) : first;
    return { ...next, note: detailText(told), told };
  }

  async #wasm(said: string): Promise<EngineStart> {
    try {
      return await this.start('wasm');
    } catch (error) {
      throw new Failure('device-lost', detail('no-wasm-either', said, error instanceof Error ? error.message : String(error)));
    }
  }
}

export const infoOf = ({ engine, adapter, note, told }: EngineInfo): EngineInfo => ({ engine, adapter, note, ...(told && { told }) });

/** For the log of a run and the marks on its charts. */
export const onEngine = ({ engine, adapter }: EngineInfo): string => `on ${engine}, ${adapter}`;

/** The first line: compilers go on with the code they stumbled over. */
const brief = (reason: string): string => reason.split('\n')[0]!.trim().replace(/\.$/, ''); // a split text has at least one piece
