/**
 * One build of the page, kept whole for visits without a network. Each build has a cache of its own, so that a new one is there in full or not at all
 * and the one before it stays as it was. A file that has not changed since is copied, not fetched again.
 */

export interface KeptFile {
  /** From the page's folder; empty for the page itself. */
  path: string;
  /** Of its bytes, in hexadecimal. */
  sha256: string;
}

export interface Build {
  /** Changes whenever any file does. */
  id: string;
  files: readonly KeptFile[];
}

export interface Doors {
  caches: CacheStorage;
  fetch(url: string, options: RequestInit): Promise<Response>;
  /** Headers that every answer gets. */
  headers: Readonly<Record<string, string>>;
}

/** Header of a kept answer: what it was checked against. */
const CHECKED = 'x-nudge-sha256';

export class KeptVersion {
  readonly #prefix: string;
  readonly #name: string;

  /** @param scope address of the page's folder, which ends in a slash; another copy of the page on the same host keeps its own */
  constructor(
    private readonly scope: string,
    private readonly build: Build,
    private readonly doors: Doors,
  ) {
    this.#prefix = `nudge ${scope} `;
    this.#name = `${this.#prefix}${build.id}`;
  }

  /** Rejects, and leaves nothing behind, when a file cannot be had or is not the one that was built: in the middle of an upload a host has files of two builds. */
  async fill(): Promise<void> {
    const { caches } = this.doors;
    const cache = await caches.open(this.#name);
    const kept = await Promise.allSettled(this.build.files.map((file) => this.#keep(cache, file)));
    const refused = kept.find((each) => each.status === 'rejected');
    const isWhole = !refused && (await (await caches.open(this.#name)).keys()).length >= this.build.files.length; // not so where somebody emptied it meanwhile
    if (isWhole) return;
    await caches.delete(this.#name);
    throw refused?.reason ?? new Error(`${this.#name}: want ${this.build.files.length} files, got fewer`);
  }

  /** Path from the page's folder, as the list of files has it; nothing where it is not in that folder. Hosts call the page by its folder or by its file, and what follows ? or # is the page's own. */
  pathOf(url: string): string | undefined {
    const { origin, pathname } = new URL(url);
    if (!`${origin}${pathname}`.startsWith(this.scope)) return undefined;
    const path = `${origin}${pathname}`.slice(this.scope.length);
    return path === 'index.html' ? '' : path;
  }

  has(path: string): boolean {
    return this.build.files.some((file) => file.path === path);
  }

  /** What is kept under a path: of this build, else of one that an older tab still runs. */
  async answer(path: string): Promise<Response | undefined> {
    const key = new URL(path, this.scope).href;
    for (const name of [this.#name, ...(await this.#others())]) {
      const found = await (await this.doors.caches.open(name)).match(key);
      if (found) return found;
    }
    return undefined;
  }

  /** Removes what other builds have left, whole or cut short. */
  async dropOthers(): Promise<void> {
    await Promise.all((await this.#others()).map((name) => this.doors.caches.delete(name)));
  }

  async #others(): Promise<string[]> {
    return (await this.doors.caches.keys()).filter((name) => name.startsWith(this.#prefix) && name !== this.#name);
  }

  async #keep(cache: Cache, { path, sha256 }: KeptFile): Promise<void> {
    const url = new URL(path, this.scope).href;
    const here = await this.#checked(url, sha256);
    if (here) return cache.put(url, new Response(await here.arrayBuffer(), { headers: this.#headersOf(here, sha256) }));
    const answer = await this.doors.fetch(url, { cache: 'no-cache', credentials: 'same-origin' });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
    const bytes = await answer.arrayBuffer();
    const found = hexOf(await crypto.subtle.digest('SHA-256', bytes));
    if (found !== sha256) throw new Error(`${url}: want the file of this build, got another`);
    await cache.put(url, new Response(bytes, { headers: this.#headersOf(answer, sha256) }));
  }

  /** The same file, kept with any build. */
  async #checked(url: string, sha256: string): Promise<Response | undefined> {
    for (const name of [this.#name, ...(await this.#others())]) {
      const found = await (await this.doors.caches.open(name)).match(url);
      if (found?.headers.get(CHECKED) === sha256) return found;
    }
    return undefined;
  }

  /** The host's own would speak of compression and of caches that are not ours. */
  #headersOf(answer: Response, sha256: string): Headers {
    const headers = new Headers({ ...this.doors.headers, [CHECKED]: sha256 });
    const type = answer.headers.get('content-type');
    if (type !== null) headers.set('content-type', type);
    return headers;
  }
}

const hexOf = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
