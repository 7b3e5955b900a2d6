/** Points at an element of the Lab: opens what it stands in, brings it into sight and marks it until something else is pointed at. */
import type { Target } from '../lessons/lesson';

const MARK = 'data-pointed';

function selectorOf(at: Target): string {
  const quoted = (text: string) => `"${CSS.escape(text)}"`;
  switch (at.kind) {
    case 'knob':
      return `[data-part=${quoted(at.part)}] [data-knob=${quoted(at.name)}]`;
    case 'stage':
      return `[data-part=${quoted(at.stage)}]`;
    case 'chart':
      // A metric may share the chart of another, whose name the figure has: its own name stands in the caption.
      return `figure[aria-label=${quoted(at.metric).replaceAll('\\/', '/')}]`;
    case 'answers':
      return '.answers';
    case 'transport':
      return '.transport';
  }
}

const captionWith = (metric: string): Element | undefined => [...document.querySelectorAll('.lab figure')].find((figure) => [...figure.querySelectorAll('figcaption button')].some((button) => button.textContent === metric));

export function stopPointing(): void {
  for (const marked of document.querySelectorAll(`[${MARK}]`)) marked.removeAttribute(MARK);
}

/** @returns whether it is there now */
export async function pointAt(at: Target): Promise<boolean> {
  stopPointing();
  if (at.kind === 'chart') {
    document.querySelector<HTMLElement>(`.lab [role=tab][id$="-${CSS.escape(at.stage)}"]`)?.click();
    await new Promise(requestAnimationFrame); // the tab's charts are drawn
  }
  const found = document.querySelector(`.lab ${selectorOf(at)}`) ?? (at.kind === 'chart' ? captionWith(at.metric) : undefined);
  if (!found) return false;
  for (let around = found.parentElement; around; around = around.parentElement) if (around instanceof HTMLDetailsElement) around.open = true;
  found.setAttribute(MARK, '');
  found.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  return true;
}
