/**
 * Kills tabs, workers and browsers at random moments and counts what was lost (scripts/kills/kills.ts says how):
 *   npm run kills -- 100 [seed]
 * Four of five kills meet training or saving, one an import. Exit code 0 where nothing was wrong, 1 otherwise.
 */
import { ensureBrowser } from './ensure-browser.mjs';
import { Killing, SAVE_EVERY, type Kill } from './kills/kills';
import { buildIfStale, serve } from './serve.mjs';

const PORT = 4373;

export async function main([count = '100', seed = '1']: string[]): Promise<number> {
  if (!/^[1-9]\d{0,4}$/.test(count) || !/^\d{1,9}$/.test(seed)) {
    console.error('npm run kills -- <how many, from 1> [seed]');
    return 2;
  }
  const program = await ensureBrowser();
  await buildIfStale();
  const { address, close } = await serve(PORT);
  const began = performance.now();
  try {
    const killing = await Killing.of(program, address, Number(seed));
    const tell = ({ way, during, moved, wrong }: Kill) => console.log(`${killing.kills.length}: ${way} while ${during}${moved ? `, ${moved}` : ''}${wrong ? `: WRONG, ${wrong}` : ''}`);
    const imports = Math.floor(Number(count) / 5);
    await killing.train(Number(count) - imports, tell);
    await killing.import(imports, tell);
    const { kills, finished } = killing;
    const counted = (of: (kill: Kill) => string) => [...new Set(kills.map(of))].sort().map((name) => `${name} ${kills.filter((kill) => of(kill) === name).length}`).join(', ');
    const wrong = kills.filter((kill) => kill.wrong).length;
    console.log(`${kills.length} kills (${counted(({ way }) => way)}; ${counted(({ during }) => during)}), ${finished} runs finished and are the uninterrupted run to the last weight; ${wrong} wrong: unreadable, half there, more than ${SAVE_EVERY} steps lost, or another curve. ${Math.round((performance.now() - began) / 1000)} s.`);
    return wrong === 0 && kills.length === Number(count) ? 0 : 1;
  } finally {
    await close();
  }
}
