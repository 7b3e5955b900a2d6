/** Small words kept by the browser between visits (theme) or reloads (the open run). A browser that forbids storage forgets them, nothing else. */
const areas = { visit: () => sessionStorage, browser: () => localStorage };
export type KeptArea = keyof typeof areas;

export function kept(area: KeptArea, name: string): string | null {
  try {
    return areas[area]().getItem(`nudge.${name}`);
  } catch {
    return null; // private window or blocked storage
  }
}

/** Null forgets. */
export function keep(area: KeptArea, name: string, value: string | null): void {
  try {
    if (value === null) areas[area]().removeItem(`nudge.${name}`);
    else areas[area]().setItem(`nudge.${name}`, value);
  } catch {
    // Nothing to do: the page works without it.
  }
}
