/** Files and links that the system opens with the installed page, in the window there is (`launch_handler` in public/manifest.webmanifest). */

/** Part of the Launch Handler API, which TypeScript's types do not know. */
interface LaunchQueue {
  setConsumer(consumer: (launch: { files?: readonly { getFile(): Promise<File> }[]; targetURL?: string }) => void): void;
}

/** @param onfiles told of each launch that brings any; those from before it was asked for are kept by the browser until then */
export function takeLaunches(onfiles: (files: readonly File[]) => void, queue = (globalThis as { launchQueue?: LaunchQueue }).launchQueue): void {
  queue?.setConsumer(({ files = [], targetURL }) => {
    if (files.length > 0) void Promise.all(files.map((handle) => handle.getFile())).then(onfiles, () => {}); // a file that is gone again is no launch
    else if (targetURL) followed(new URL(targetURL).hash);
  });
}

/** What a link says stands behind its #; the bare page, as the icon opens it, says nothing. */
function followed(hash: string): void {
  if (hash !== '') location.hash = hash;
}
