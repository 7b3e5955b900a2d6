/**
 * What a teacher hands out with a Lab link: which controls are shown, locked or hidden, and words of their own. In the link it stands beside the draft, packed with it where that is long:
 * `hide=seed,dpo.*&lock=recipe&show=dpo.beta&title=…&ask=…&class=…`. A version of the page that knows none of this passes it over and shows the draft.
 */
import { canLock, CONTROL_NAME, LAB_CONTROLS, type Controls, type ControlState } from '../contract/controls';
import { partsOf, type RunConfig } from '../contract/config';
import { configOf, RECIPES } from '../recipes';
import { LONGEST_ASKED, LONGEST_HANDOUT_TITLE, MOST_CONTROLS } from '../storage/limits';

export interface Handout {
  controls: Controls;
  title: string;
  /** What the students are asked to do: paragraphs and lines that begin with a dash, never markup. */
  asks: string;
  /** Whom it is for. */
  forClass: string;
}

export const EMPTY_HANDOUT: Handout = { controls: {}, title: '', asks: '', forClass: '' };

const LISTS = [['hide', 'hidden'], ['lock', 'locked'], ['show', 'shown']] as const satisfies readonly (readonly [string, ControlState])[];
const TEXTS = [['title', 'title', LONGEST_HANDOUT_TITLE], ['ask', 'asks', LONGEST_ASKED], ['class', 'forClass', LONGEST_HANDOUT_TITLE]] as const;

/** Text as a link can carry it: lines end one way, and half a character is none. */
const cleaned = (text: string, most: number): string => [...text.replace(/\r\n?/g, '\n').replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')].slice(0, most).join('');

/** As a link holds it: what is said to be shown is said only where it would not be. */
export function cleanedHandout({ controls, title, asks, forClass }: Handout): Handout {
  const named = Object.entries(controls).filter(([name, state]) => state !== 'shown' || name.includes('.')).slice(0, MOST_CONTROLS);
  return { controls: Object.fromEntries(named), title: cleaned(title, LONGEST_HANDOUT_TITLE), asks: cleaned(asks, LONGEST_ASKED), forClass: cleaned(forClass, LONGEST_HANDOUT_TITLE) };
}

/** Parameters of a link; none where nothing is handed out. */
export function saidOfHandout(handout: Handout): string[] {
  const { controls, ...texts } = cleanedHandout(handout);
  const lists = LISTS.flatMap(([param, state]) => {
    const names = Object.keys(controls).filter((name) => controls[name] === state).toSorted();
    return names.length > 0 ? [`${param}=${names.join(',')}`] : [];
  });
  return [...lists, ...TEXTS.flatMap(([param, field]) => (texts[field] === '' ? [] : [new URLSearchParams({ [param]: texts[field] }).toString()]))];
}

/** What a link hands out; null where it does not. Names that could be none are kept as well, for the notice. @param params unpacked */
export function handoutFrom(params: URLSearchParams): { handout: Handout; misspelt: string[] } | null {
  if (![...LISTS, ...TEXTS].some(([param]) => params.has(param))) return null;
  const named = LISTS.flatMap(([param, state]) => params.getAll(param).flatMap((list) => list.split(',')).filter((name) => name !== '').map((name) => ({ name, state })));
  const isFit = ({ name, state }: { name: string; state: ControlState }) => CONTROL_NAME.test(name) && (state !== 'locked' || canLock(name));
  const textOf = (param: string) => params.get(param) ?? '';
  return {
    handout: cleanedHandout({ controls: Object.fromEntries(named.filter(isFit).map(({ name, state }) => [name, state])), title: textOf('title'), asks: textOf('ask'), forClass: textOf('class') }),
    misspelt: named.filter((each) => !isFit(each)).map(({ name }) => name.slice(0, 60)),
  };
}

export const isSameHandout = (a: Handout | null, b: Handout | null): boolean => (a && saidOfHandout(a).join('&')) === (b && saidOfHandout(b).join('&'));

/** Every control that a configuration has. */
const controlsOf = (config: RunConfig): string[] => [...partsOf(config)].flatMap(([part, { knobs }]) => [`${part}.*`, ...knobs.map(({ name }) => `${part}.${name}`)]);

let known: ReadonlySet<string> | undefined;

/** Names that mean nothing here, neither in this configuration nor in another recipe: an older or newer version of the page has them. */
export function unknownControls(controls: Controls, config: RunConfig): string[] {
  known ??= new Set([...LAB_CONTROLS, ...RECIPES.flatMap((recipe) => controlsOf(configOf(recipe, 1)))]);
  const here = new Set(controlsOf(config));
  return Object.keys(controls).filter((name) => !known?.has(name) && !here.has(name));
}
