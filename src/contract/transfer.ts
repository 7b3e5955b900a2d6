/** Errors keep their code and stack across threads: Comlink's own way of carrying a throw keeps only the message of what it does not know. */
import * as Comlink from 'comlink';
import { fromRecord, toRecord, type FailureRecord } from './failures';

let isInstalled = false;

/** To be called once in every thread that speaks through Comlink, before the first call. Calling it again changes nothing. */
export function installFailureTransfer(): void {
  if (isInstalled) return;
  isInstalled = true;
  const original = Comlink.transferHandlers.get('throw');
  if (!original) throw new Error('installFailureTransfer: want a handler named throw in Comlink, got none');
  Comlink.transferHandlers.set('throw', {
    // Only Comlink can tell what it caught: the mark is a symbol of its own.
    canHandle: (value: unknown): value is { value: unknown } => original.canHandle(value),
    serialize: ({ value }: { value: unknown }): [FailureRecord, Transferable[]] => [toRecord(value), []],
    deserialize: (record: FailureRecord): never => {
      throw fromRecord(record);
    },
  });
}
