/** Data sets of the visitor, for the knobs that choose one: whoever puts the page together says what there is. */
import { getContext, setContext } from 'svelte';

export interface DatasetChoice {
  id: string;
  /** Its name and how much it holds. */
  title: string;
}

const KEY = Symbol('data sets to choose from');

/** @param list what there is now */
export const offerDatasets = (list: () => readonly DatasetChoice[]): void => void setContext(KEY, list);

/** To be asked while a component is made. None where nobody offers any. */
export const datasetsGiven = (): (() => readonly DatasetChoice[]) => getContext<(() => readonly DatasetChoice[]) | undefined>(KEY) ?? (() => []);
