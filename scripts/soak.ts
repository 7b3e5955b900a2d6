/**
 * Trains in the built page for as long as is asked, and says whether anything grows (scripts/soak/soak.ts says what is watched):
 *   npm run soak -- 60 [wasm|webgpu]
 * Exit code 0 where heap, tensors and the engine's bytes are flat, no task of the page took over 50 ms and clicks and keys were answered within 100 ms, 1 otherwise.
 */
import { ensureBrowser } from './ensure-browser.mjs';
import { buildIfStale, serve } from './serve.mjs';
import { mega, soak, unevenness, type LongTask } from './soak/soak';

const taskText = ({ took, work }: LongTask): string => `${took} (${work ?? '?'})`;

const PORT = 4473;
/** Looks over the whole time. */
const LOOKS = 60;

export async function main([minutes = '60', backend = 'wasm']: string[]): Promise<number> {
  const wanted = Number(minutes);
  if (!(wanted > 0 && wanted <= 1440) || !['wasm', 'webgpu'].includes(backend)) {
    console.error('npm run soak -- <minutes, up to 1440> [wasm|webgpu]');
    return 2;
  }
  const program = await ensureBrowser();
  await buildIfStale();
  const { address, close } = await serve(PORT);
  try {
    console.log('seconds    step       heap  engine tensors  answer  tasks over 50 ms (of which work)');
    const looks = await soak({
      program, address, minutes: wanted, backend, every: Math.max(3, (60 * wanted) / LOOKS),
      tell: ({ seconds, step, heap, engine, tensors, longTasks, answer }) => console.log(`${String(seconds).padStart(7)} ${String(step).padStart(7)} ${mega(heap).padStart(10)} ${`${engine} MB`.padStart(7)} ${String(tensors).padStart(7)} ${`${answer} ms`.padStart(7)}  ${longTasks.map(taskText).join(', ') || '–'}`),
    });
    const long = looks.flatMap(({ longTasks }) => longTasks);
    const worked = long.flatMap(({ work }) => (work === null ? [] : [work]));
    const slowest = Math.max(...looks.map(({ answer }) => answer));
    const uneven = unevenness(looks);
    console.log(`${wanted} minutes, ${looks.at(-1)?.step ?? 0} steps on ${backend}: ${uneven.length === 0 ? 'heap, tensors and the engine’s bytes are flat' : uneven.join('; ')}; ${long.length === 0 ? 'no task of the page took over 50 ms' : `${long.length} tasks of the page took over 50 ms, the longest ${Math.max(...long.map(({ took }) => took))} ms${worked.length > 0 ? `; the processor worked at most ${Math.max(...worked)} ms at ${worked.length} of them` : ''}`}; clicks and keys were answered within ${slowest} ms.`);
    return uneven.length + long.length === 0 && slowest <= 100 ? 0 : 1;
  } finally {
    await close();
  }
}
