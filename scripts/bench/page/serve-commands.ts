/** A contender's worker: waits for commands, answers one at a time. */
import { answering } from '../answer';
import type { Answers, Command, OpenContender } from '../contender';
import { meterGpu } from '../gpu-meter';

export type FromWorker = { answer: Answers[keyof Answers] } | { error: string };

export function serveCommands(open: OpenContender, matmulPeak?: () => Promise<number>): void {
  const answer = answering(open, meterGpu(), matmulPeak);
  const send = (message: FromWorker) => postMessage(message);
  addEventListener('message', ({ data }: MessageEvent<Command>) => {
    answer(data).then(
      (found) => send({ answer: found }),
      (error: unknown) => send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
