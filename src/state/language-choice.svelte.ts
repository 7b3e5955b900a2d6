/** The page's language: what was chosen here before, or the first of the browser's that there is. */
import { LANGUAGE_IDS, languageFor, type LanguageId } from '../words/language';
import { language, speak } from '../words/words.svelte';
import { keep, kept } from './kept';

export class LanguageChoice {
  /** The language is spoken, or its words could not be fetched. */
  ready: Promise<void> = Promise.resolve();

  /** @param failed where its words could not be fetched */
  constructor(readonly failed: (error: unknown) => void) {
    const chosen = LANGUAGE_IDS.find((id) => id === kept('browser', 'language')) ?? languageFor(navigator.languages);
    if (chosen !== language()) this.#speak(chosen);
  }

  choose(id: LanguageId): void {
    keep('browser', 'language', id);
    this.#speak(id);
  }

  #speak(id: LanguageId): void {
    this.ready = speak(id).then(() => void (document.documentElement.lang = id), this.failed);
  }
}
