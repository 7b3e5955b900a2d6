/**
 * Resolves in a new task, after messages already queued for this thread have been handled. A loop that only ever awaits
 * resolved promises starves the queue, and Pause would never arrive. (setTimeout would do, but is slowed to 4 ms when nested.)
 */
export const nextTask = (): Promise<void> =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });
