/** Serves a folder packed with gzip, as hosts of static files do and Vite's preview does not: what is timed over a slow line needs it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { HEADERS } from './offline-plugin.mjs';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json' };

/** @returns its address, and what ends it */
export async function servePacked(folder: string, port: number): Promise<{ address: string; close: () => Promise<void> }> {
  const packed = new Map<string, Buffer>();
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const path = join(folder, normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    if (!path.startsWith(folder) || !existsSync(path)) return response.writeHead(404).end();
    const content = packed.get(path) ?? gzipSync(await readFile(path));
    packed.set(path, content);
    response.writeHead(200, { ...HEADERS, 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'content-encoding': 'gzip' }).end(content);
  });
  await new Promise<void>((listening) => server.listen(port, listening));
  return { address: `http://localhost:${port}/`, close: () => new Promise((closed) => { server.close(() => closed()); server.closeAllConnections(); }) };
}
