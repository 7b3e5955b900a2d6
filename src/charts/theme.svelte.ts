/**
 * The colours of the page for what is drawn on a canvas, which cannot read CSS variables. Whoever calls `theme()` in an effect or a
 * derived value runs again when the colour scheme changes, by the system or by `data-theme` on <html>.
 */
import { createSubscriber } from 'svelte/reactivity';

export const SERIES_COUNT = 6;

export interface Theme {
  ink: string;
  inkSoft: string;
  line: string;
  panel: string;
  edge: string;
  good: string;
  series: string[];
}

let current: Theme | null = null;

const subscribe = createSubscriber((update) => {
  const changed = () => {
    current = null;
    update();
  };
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', changed);
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'style', 'class'] });
  return () => {
    current = null;
    scheme.removeEventListener('change', changed);
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
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colour = (token: string): string => {
    probe.style.color = `var(--${token})`;
    return style.color;
  };
  const read: Theme = {
    ink: colour('ink'),
    inkSoft: colour('ink-soft'),
    line: colour('line'),
    panel: colour('panel'),
    edge: colour('edge'),
    good: colour('good'),
    series: Array.from({ length: SERIES_COUNT }, (_, i) => colour(`series-${i + 1}`)),
  };
  probe.remove();
  return read;
}
