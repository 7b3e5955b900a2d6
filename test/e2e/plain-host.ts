/** A host as plain as they come: files of a folder under a long path, with a type each and no other header. What it serves can be changed, and it can go away. */
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { onTestFinished } from 'vitest';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json', '.wasm': 'application/wasm', '.csv': 'text/csv', '.txt': 'text/plain', '.webmanifest': 'application/manifest+json' };
const FOLDER = '/some/deep/path/';

export class PlainHost {
  /** Paths below the folder that were asked for and not found. */
  readonly missing: string[] = [];
  /** How often the page itself was asked for. */
  visits = 0;
  #server: Server | undefined;
  #port = 0;

  private constructor(public serves: string) {}

  /** @param serves folder on the disk */
  static async of(serves: string): Promise<PlainHost> {
    const host = new PlainHost(serves);
    await host.comesBack();
    onTestFinished(() => host.goesAway());
    return host;
  }

  /** A browser takes any name under localhost for this machine, and the page takes `localhost` itself for its maker's (see isOwnMachine). */
  address(name = 'pages.localhost'): string {
    return `http://${name}:${this.#port}${FOLDER}`;
  }

  async comesBack(): Promise<void> {
    const server = createServer((request, response) => {
      void this.#answer(new URL(request.url ?? '', 'http://host').pathname).then(
        ({ type, bytes }) => response.writeHead(200, { 'content-type': type }).end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    this.#server = server;
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done));
    const address = server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
  }

  async goesAway(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }

  async #answer(path: string): Promise<{ type: string; bytes: Buffer }> {
    if (!path.startsWith(FOLDER)) throw new Error(`not below ${FOLDER}`);
    const name = normalize(path.slice(FOLDER.length)) === '.' ? 'index.html' : path.slice(FOLDER.length);
    if (name === 'index.html') this.visits += 1;
    try {
      return { type: TYPES[extname(name)] ?? 'application/octet-stream', bytes: await readFile(join(this.serves, name)) };
    } catch (error) {
      this.missing.push(name);
      throw error;
    }
  }
}
