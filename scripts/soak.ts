/**
 * Trains in the built page for as long as is asked, and says whether anything grows (scripts/soak/soak.ts says what is watched):
 *   npm run soak -- 60 [wasm|webgpu]
 * Exit code 0 where heap, tensors and the engine's bytes are flat, no task of the page took over 50 ms and clicks and keys were answered within 100 ms, 1 otherwise.
 */
import { ensureBrowser } from './ensure-browser.mjs';
import { buildIfStale, serve } from './serve.mjs';
import { mega, soak, unevenness, type LongTask } from './soak/soak';

const taskText = ({ took, work, stalled }: LongTask): string => `${took} (${work ?? '?'}, ${stalled})`;

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
    console.log('seconds    step       heap  engine tensors  answer  tasks over 50 ms (of which work, and the machine stood still)');
    const { looks, stalls } = await soak({
      program, address, minutes: wanted, backend, every: Math.max(3, (60 * wanted) / LOOKS),
      tell: ({ seconds, step, heap, engine, tensors, longTasks, answer }) => console.log(`${String(seconds).padStart(7)} ${String(step).padStart(7)} ${mega(heap).padStart(10)} ${`${engine} MB`.padStart(7)} ${String(tensors).padStart(7)} ${`${answer} ms`.padStart(7)}  ${longTasks.map(taskText).join(', ') || '–'}`),
    });
    const long = looks.flatMap(({ longTasks }) => longTasks);
    const uneven = unevenness(looks);
    const slowest = Math.max(...looks.map(({ answer }) => answer));
    const tasks = long.length === 0 ? 'no task of the page took over 50 ms' : `${long.length} tasks of the page took over 50 ms, the longest ${Math.max(...long.map(({ took }) => took))} ms`;
    console.log(`${wanted} minutes, ${looks.at(-1)?.step ?? 0} steps on ${backend}: ${uneven.length === 0 ? 'heap, tensors and the engine’s bytes are flat' : uneven.join('; ')}; ${tasks}; clicks and keys were answered within ${slowest} ms.`);
    const worked = long.flatMap(({ work }) => (work === null ? [] : [work]));
    if (worked.length > 0) console.log(`Of these tasks the processor worked at most ${Math.max(...worked)} ms.`);
    const ofAtLeast = (ms: number) => stalls.filter(({ took }) => took > ms).length;
    console.log(`Meanwhile a thread that only sleeps was woken over 20 ms late ${ofAtLeast(20)} times, over 40 ms ${ofAtLeast(40)} times, at most ${Math.round(Math.max(0, ...stalls.map(({ took }) => took)))} ms.`);
    return uneven.length + long.length === 0 && slowest <= 100 ? 0 : 1;
  } finally {
    await close();
  }
}
