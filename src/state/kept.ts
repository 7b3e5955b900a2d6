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

/** Null forgets. @returns whether the browser did so: it may have no room, or keep nothing at all */
export function keep(area: KeptArea, name: string, value: string | null): boolean {
  try {
    if (value === null) areas[area]().removeItem(`nudge.${name}`);
    else areas[area]().setItem(`nudge.${name}`, value);
    return true;
  } catch {
    return false; // the page works without it
  }
}
