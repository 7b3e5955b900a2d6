/** The page's handle on the data worker. It is made when first needed, and anew after it died or a job was ended by force. */
import * as Comlink from 'comlink';
import type { DataApi, Described, FileFormat, ImportChoices, ImportReport, LearnedTokenizer, Look, Progress, RowPage, RowSource } from '../contract/data-api';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import type { Kind, Mapping } from '../contract/sample';
import { installFailureTransfer } from '../contract/transfer';
import { WorkerLife, type WorkerLike } from './worker-life';

const spawnWorker = (): WorkerLike => new Worker(new URL('../../workers/data.worker.ts', import.meta.url), { type: 'module', name: 'nudge-data' });

/** What the page asks of its data worker; tests bring their own. */
export interface DataDesk {
  look(file: Blob, fileName: string, mapping: Mapping, kind?: Kind): Promise<Look>;
  import(file: Blob, fileName: string, choices: ImportChoices, onProgress: (progress: Progress) => void): Promise<ImportReport | null>;
  cancel(): Promise<void>;
  describe(source: RowSource): Promise<Described>;
  browse(source: RowSource, words: readonly string[], from: number, count: number): Promise<RowPage>;
  write(source: RowSource, format: FileFormat): Promise<Blob>;
  learnTokenizer(source: RowSource, tokens: number, onProgress: (progress: Progress) => void): Promise<LearnedTokenizer | null>;
}

interface Alive {
  life: WorkerLife;
  api: Comlink.Remote<DataApi>;
}

export class DataClient implements DataDesk {
  #alive: Alive | undefined;

  /** @param pageStore where data sets are kept when the browser stores nothing; left out, the worker opens the database itself */
  constructor(
    private readonly pageStore?: object,
    private readonly spawn: () => WorkerLike = spawnWorker,
  ) {
    installFailureTransfer();
  }

  look(file: Blob, fileName: string, mapping: Mapping, kind?: Kind): Promise<Look> {
    return this.#ask((api) => api.look(file, fileName, mapping, kind));
  }

  import(file: Blob, fileName: string, choices: ImportChoices, onProgress: (progress: Progress) => void): Promise<ImportReport | null> {
    return this.#heard(onProgress, (api, port) => api.import(file, fileName, choices, Comlink.transfer(port, [port])));
  }

  cancel(): Promise<void> {
    return this.#ask((api) => api.cancel());
  }

  describe(source: RowSource): Promise<Described> {
    return this.#ask((api) => api.describe(source));
  }

  browse(source: RowSource, words: readonly string[], from: number, count: number): Promise<RowPage> {
    return this.#ask((api) => api.browse(source, words, from, count));
  }

  write(source: RowSource, format: FileFormat): Promise<Blob> {
    return this.#ask((api) => api.write(source, format));
  }

  learnTokenizer(source: RowSource, tokens: number, onProgress: (progress: Progress) => void): Promise<LearnedTokenizer | null> {
    return this.#heard(onProgress, (api, port) => api.learnTokenizer(source, tokens, Comlink.transfer(port, [port])));
  }

  /** Ends the worker at once, whatever it is doing; what waits rejects. */
  close(): void {
    this.#alive?.life.end(new Failure('data-worker-stopped', detail('closed')));
    this.#alive = undefined;
  }

  async #heard<Answer>(onProgress: (progress: Progress) => void, ask: (api: Comlink.Remote<DataApi>, port: MessagePort) => Promise<Answer>): Promise<Answer> {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<Progress>) => onProgress(data);
    try {
      return await this.#ask((api) => ask(api, port2));
    } finally {
      port1.close();
    }
  }

  async #ask<Answer>(question: (api: Comlink.Remote<DataApi>) => PromiseLike<Answer>): Promise<Answer> {
    const { life, api } = (this.#alive ??= this.#wake());
    return life.ask(() => question(api));
  }

  #wake(): Alive {
    const worker = this.spawn();
    const life = new WorkerLife(worker, (why) => {
      this.#alive = undefined;
      life.end(new Failure('data-worker-stopped', why));
    });
    const api = Comlink.wrap<DataApi>(worker);
    if (this.pageStore) {
      const { port1, port2 } = new MessageChannel();
      Comlink.expose(this.pageStore, port1);
      void life.ask(() => api.useStore(Comlink.transfer(port2, [port2]))).catch(() => {}); // what is asked next says it too
    }
    return { life, api };
  }
}
