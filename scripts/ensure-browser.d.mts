/** @returns path of a browser that starts. Rejects with an Error of one sentence when there is none to be had. */
export function ensureBrowser(): Promise<string>;
