/** Files that the system opens with the installed page. */

/** Part of the Launch Handler API, which TypeScript's types do not know. */
interface LaunchQueue {
  setConsumer(consumer: (launch: { files?: readonly { getFile(): Promise<File> }[] }) => void): void;
}

/** @param onfiles told of each launch that brings any; those from before it was asked for are kept by the browser until then */
export function takeLaunchedFiles(onfiles: (files: readonly File[]) => void, queue = (globalThis as { launchQueue?: LaunchQueue }).launchQueue): void {
  queue?.setConsumer(({ files = [] }) => {
    if (files.length > 0) void Promise.all(files.map((handle) => handle.getFile())).then(onfiles, () => {}); // a file that is gone again is no launch
  });
}
