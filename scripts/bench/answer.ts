/** The engine's side of the bench: answers commands one by one with the contender it has opened. */
import type { Answers, Command, Contender, OpenContender } from './contender';
import type { GpuMeter } from './gpu-meter';

/** @param matmulPeak measured in floating-point operations per second, by the one library that offers it */
export function answering(open: OpenContender, meter: GpuMeter, matmulPeak?: () => Promise<number>): (command: Command) => Promise<Answers[keyof Answers]> {
  let contender: Contender | undefined;
  const opened = (): Contender => {
    if (!contender) throw new Error('answering: want open first, got another command');
    return contender;
  };
  return async (command) => {
    switch (command.kind) {
      case 'open':
        contender = await open(command);
        return contender !== undefined;
      case 'train': {
        const before = meter.dispatches;
        const trained = await opened().train(command.steps);
        return { ...trained, dispatches: meter.dispatches - before };
      }
      case 'generate':
        return opened().generate(command);
      case 'memory': {
        const use = opened().memory();
        return { ...use, bytes: meter.peakBytes || use.bytes };
      }
      case 'launches':
        return (await opened().launches?.()) ?? [];
      case 'matmul-peak':
        if (!matmulPeak) throw new Error('answering: want a library that measures its matmul, got another');
        return matmulPeak();
    }
  };
}
