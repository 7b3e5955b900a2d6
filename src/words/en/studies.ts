/** What experiments are called and what they ask: English says what the batch door says. */
import { EXPERIMENTS } from '../../experiments';

export const studies: Readonly<Record<string, { title: string; asks: string }>> = Object.fromEntries(EXPERIMENTS.map(({ id, title, asks }) => [id, { title, asks }]));
