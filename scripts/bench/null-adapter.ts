/** What a step costs the host: dispatches and milliseconds of each engine under Node on Dawn's null adapter, one process per engine. */
import { spawn, type ChildProcess } from 'node:child_process';
import { nameOf, type Answers, type ContenderName } from './contender';
import { alternate, handleOf, ratiosTo, spreadOf, type Handle } from './handle';
import type { Size } from './protocol';
import type { HostRow, Trouble } from './report';

const STEPS = 10;
type Answer = Answers[keyof Answers];

/** A child that says nothing for this long has failed, milliseconds. */
const PATIENCE = 120_000;

function nextMessage(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      child.off('message', hear).off('exit', gone);
    };
    const hear = (message: { answer: Answer } | { error: string }) => {
      done();
      if ('error' in message) reject(new Error(message.error));
      else resolve(message.answer);
    };
    const gone = (code: number | null, signal: string | null) => {
      done();
      reject(new Error(`the process on the null adapter ended with ${signal ?? code}`));
    };
    const timer = setTimeout(() => {
      done();
      reject(new Error(`the process on the null adapter was silent for ${PATIENCE / 1000} s`));
    }, PATIENCE);
    child.on('message', hear).on('exit', gone);
  });
}

async function start(name: ContenderName, size: Size): Promise<Handle> {
  // Whatever an engine prints must not get between the report's lines.
  const child = spawn(process.execPath, ['scripts/run.mjs', 'scripts/bench/null-adapter-child.ts', name.library, size], { stdio: ['ignore', 2, 2, 'ipc'] });
  const close = async () => void child.kill();
  try {
    await nextMessage(child);
  } catch (error) {
    await close();
    throw error;
  }
  return handleOf(nameOf(name), (command) => (child.send(command), nextMessage(child)), close);
}

export async function measureHost(contenders: readonly ContenderName[], size: Size, rounds: number, troubles: Trouble[], say: (line: string) => void): Promise<HostRow[]> {
  const runners: { handle: Handle; rounds: number; taken: number[]; dispatches: number }[] = [];
  for (const name of contenders.filter(({ device }) => device === 'webgpu')) {
    try {
      const handle = await start(name, size);
      const runner = { handle, rounds, taken: [], dispatches: 0 };
      runners.push(runner);
      await handle.train(1);
      await handle.train(STEPS);
    } catch (error) {
      troubles.push({ engine: nameOf(name), where: `null adapter ${size}`, error: error instanceof Error ? error.message : String(error) });
      say(`  ${nameOf(name)}: ${String(error).split('\n')[0]}`);
    }
  }
  await alternate(runners, async (runner) => {
    const { milliseconds, dispatches } = await runner.handle.train(STEPS);
    runner.taken.push(milliseconds / STEPS);
    runner.dispatches = dispatches / STEPS;
  });
  const rows: HostRow[] = [];
  for (const { handle, taken, dispatches } of runners) {
    const { bytes } = await handle.memory();
    rows.push({ engine: handle.engine, size, dispatches_per_step: dispatches, milliseconds_per_step: spreadOf(taken), peak_bytes: bytes, ratios: {} });
    await handle.close();
  }
  for (const row of rows) row.ratios = ratiosTo(row, rows, ({ milliseconds_per_step: { median } }) => median, () => true);
  return rows;
}
