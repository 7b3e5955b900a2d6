/** `npm start`: builds what is stale, serves the page, prints its address and opens it. `--no-open` leaves the browser alone. */
import { buildIfStale, serve } from './serve.mjs';

const PORT = 4173;

/** Nobody is looking at a screen on a build machine, over SSH, or on a Linux without a display. */
const hasScreen = () => {
  const { CI, SSH_CONNECTION, SSH_TTY, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI || SSH_CONNECTION || SSH_TTY) return false;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
};

try {
  const began = performance.now();
  if (await buildIfStale()) console.log(`Built in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
  const { address, taken, close } = await serve(PORT, { open: hasScreen() && !process.argv.includes('--no-open') });
  if (taken.length > 0) console.log(`Port ${taken.join(', ')} is taken by another program, so another one is used: runs are kept per address, and those made at the usual one are not listed here.`);
  console.log(`Nudge is at ${address} – Ctrl-C ends it.`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      // Open pages keep connections alive; nobody who presses Ctrl-C wants to wait for them.
      void close();
      setTimeout(() => process.exit(0), 200);
    });
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
