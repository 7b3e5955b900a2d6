/**
 * Entry of the service worker, one for two things, since a page can have only one: it keeps the whole page for visits without a network,
 * and gives every answer the headers that a plain host leaves out (COOP, COEP, CORP, and the policy for workers, which a <meta> does not reach).
 * A newer version waits until the page says so. Built by scripts/offline-plugin.ts to dist/service-worker.js, because its folder is what it may answer for.
 */
import { isOwnMachine, TAKE_OVER } from '../src/contract/service';
import { KeptVersion, type Build } from './offline/kept-version';
import { withHeaders } from './offline/with-headers';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const __KEPT_BUILD__: Build;
declare const __KEPT_HEADERS__: Record<string, string>;

const scope = self.registration.scope;
const version = new KeptVersion(scope, __KEPT_BUILD__, { caches, fetch: (url, options) => fetch(url, options), headers: __KEPT_HEADERS__ });

/** In index.html: tells our page from another program's. */
const OURS = 'name="application-name" content="Nudge"';
const isNetworkFirst = isOwnMachine(self.location.hostname);

self.addEventListener('install', (event) => {
  if (isNetworkFirst) void self.skipWaiting(); // nothing depends on which version answers while the network does
  event.waitUntil(version.fill());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), dropOthers()]));
});

self.addEventListener('message', ({ data }) => {
  if (data === TAKE_OVER) void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = version.pathOf(request.url);
  // Other pages may lie below ours, and are none of our business; scripts of a version that an older tab runs are.
  if (request.method !== 'GET' || path === undefined || !(version.has(path) || path.startsWith('assets/'))) return;
  if (path === '') event.waitUntil(dropOthers());
  event.respondWith(isNetworkFirst ? fromNetworkFirst(request, path) : fromKeptFirst(request, path));
});

async function fromKeptFirst(request: Request, path: string): Promise<Response> {
  return (await version.answer(path)) ?? withOwnHeaders(await fetch(request), path);
}

async function fromNetworkFirst(request: Request, path: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(request);
  } catch (error) {
    const kept = await version.answer(path);
    if (kept) return kept;
    throw error;
  }
  if (path === '' && answer.ok && !(await answer.clone().text()).includes(OURS)) {
    void self.registration.unregister(); // another program has the port now
    return answer;
  }
  return withOwnHeaders(answer, path);
}

/** A page that is isolated starts only workers that are, so those of a build newer than this one need the headers too. */
function withOwnHeaders(answer: Response, path: string): Response {
  return version.has(path) || /\.worker-[\w-]+\.js$/.test(path) ? withHeaders(answer, __KEPT_HEADERS__) : answer;
}

/** Other tabs may still run an older version and want its files, and a newer one may be on its way. */
async function dropOthers(): Promise<void> {
  const { installing, waiting } = self.registration;
  if (installing || waiting || (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).length > 1) return;
  await version.dropOthers();
}
