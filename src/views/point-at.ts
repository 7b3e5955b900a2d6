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

/** Opens it, so that what it holds is made. */
const opened = (lid: HTMLDetailsElement): Promise<void> =>
  new Promise((done) => {
    lid.addEventListener('toggle', () => setTimeout(done), { once: true });
    lid.open = true;
  });

/** Of settings, which may not be made before what they stand in is opened: from the outside inwards, until it is there. */
async function unfolded(part: string, selector: string): Promise<Element | null> {
  const within = `.lab [data-part="${CSS.escape(part)}"]`;
  const lids = [...(document.querySelector(within) ? [] : ['.lab .setup > details:not([data-part], [open])']), `${within}:is(details:not([open]))`, `${within} details:not([open])`];
  for (const lid of lids) {
    for (;;) {
      const found = document.querySelector(`.lab ${selector}`);
      const closed = document.querySelector<HTMLDetailsElement>(lid);
      if (found || !closed) break;
      await opened(closed);
    }
  }
  return document.querySelector(`.lab ${selector}`);
}

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
  const part = at.kind === 'knob' ? at.part : at.kind === 'stage' ? at.stage : undefined;
  const found = part === undefined ? (document.querySelector(`.lab ${selectorOf(at)}`) ?? (at.kind === 'chart' ? captionWith(at.metric) : undefined)) : await unfolded(part, selectorOf(at));
  if (!found) return false;
  for (let around = found.parentElement; around; around = around.parentElement) if (around instanceof HTMLDetailsElement) around.open = true;
  found.setAttribute(MARK, '');
  found.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  return true;
}
