/** The page's handle on its service worker (workers/service.worker.ts): has it registered, and says what becomes of it. */
import { TAKE_OVER } from '../contract/service';

export interface ServiceEvents {
  /** The page is kept for the first time, and answered for from now on. */
  onkept(): void;
  /** A newer version is kept and waits; `use` has it answer for all tabs. May be said again of a version newer still. */
  onready(use: () => void): void;
  /** A newer version has begun to answer, because this tab or another wanted it. */
  onreplaced(): void;
}

/** A window that stays open for days looks for a newer version when it is come back to, at most once in so many milliseconds. */
const LOOK_AGAIN = 3_600_000;

/** Nothing happens where there are no service workers: in an insecure context, a private window of some browsers, or from a file. */
export async function keepOffline(events: ServiceEvents, container: ServiceWorkerContainer | undefined = navigator.serviceWorker): Promise<void> {
  if (!container) return;
  let isFirst = container.controller === null;
  container.addEventListener('controllerchange', () => {
    if (isFirst) events.onkept();
    else events.onreplaced();
    isFirst = false;
  });
  // Blocked, the promise may be kept with nothing.
  const registration = (await container.register('./service-worker.js', { scope: './', updateViaCache: 'none' })) as ServiceWorkerRegistration | undefined;
  if (!registration) return;
  const look = () => {
    const { waiting } = registration;
    if (waiting && container.controller) events.onready(() => waiting.postMessage(TAKE_OVER));
  };
  look();
  registration.addEventListener('updatefound', () => {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => installing.state === 'installed' && look());
  });
  let looked = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - looked < LOOK_AGAIN) return;
    looked = Date.now();
    void registration.update().catch(() => {}); // without a network there is nothing newer to be had
  });
}
