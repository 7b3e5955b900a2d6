/** Hands bytes to the visitor as a file of this name. */
export function download(name: string, bytes: Uint8Array<ArrayBuffer> | Blob): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the address after the click has been handled; a minute is more than it takes.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
