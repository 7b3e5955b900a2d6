/** Waiting for a worker that may never answer again. */

/** Longer than any step of ours takes, milliseconds. */
const PATIENCE = 15_000;

/** Settles as the answer does, or resolves when it has been waited for long enough. */
export async function orSilence(answer: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE)));
  try {
    await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}
