/**
 * The colours of the page for what is drawn on a canvas, which cannot read CSS variables. Whoever calls `theme()` in an effect or a
 * derived value runs again when the colours change: by the system, by `data-theme` or `data-contrast` on <html>, or because the page is printed, which is always light.
 */
import { createSubscriber } from 'svelte/reactivity';

export const SERIES_COUNT = 6;

export interface Theme {
  ink: string;
  inkSoft: string;
  grid: string;
  panel: string;
  edge: string;
  good: string;
  series: string[];
}

let current: Theme | null = null;
let isPrinted = false;

const subscribe = createSubscriber((update) => {
  const changed = () => {
    current = null;
    update();
  };
  const printed = ({ type }: Event) => {
    isPrinted = type === 'beforeprint';
    changed();
  };
  const media = [matchMedia('(prefers-color-scheme: dark)'), matchMedia('(forced-colors: active)')];
  for (const query of media) query.addEventListener('change', changed);
  for (const type of ['beforeprint', 'afterprint']) addEventListener(type, printed);
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-contrast', 'style', 'class'] });
  return () => {
    current = null;
    for (const query of media) query.removeEventListener('change', changed);
    for (const type of ['beforeprint', 'afterprint']) removeEventListener(type, printed);
    observer.disconnect();
  };
});

export function theme(): Theme {
  subscribe();
  current ??= readTheme();
  return current;
}

/** The computed value of a variable that holds `light-dark()` is that text; only a property that uses it has one colour. */
function readTheme(): Theme {
  const probe = document.createElement('span');
  probe.hidden = true;
  probe.style.setProperty('forced-color-adjust', 'none'); // the token's own, also where it is a system colour
  if (isPrinted) probe.style.colorScheme = 'light';
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colour = (token: string): string => {
    probe.style.color = `var(--${token})`;
    return style.color;
  };
  const read: Theme = {
    ink: colour('ink'),
    inkSoft: colour('ink-soft'),
    grid: colour('grid'),
    panel: colour('panel'),
    edge: colour('edge'),
    good: colour('good'),
    series: Array.from({ length: SERIES_COUNT }, (_, i) => colour(`series-${i + 1}`)),
  };
  probe.remove();
  return read;
}
