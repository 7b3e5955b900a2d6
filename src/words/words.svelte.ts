/** What the page says, in the language that is spoken now: `words().site.lab`. Whatever reads it in markup or in $derived follows a change of language. */
import { LANGUAGES, type LanguageId, type Words } from './language';

let spoken = $state.raw<{ id: LanguageId; words: Words }>({ id: 'en', words: LANGUAGES.en.words() });

export const words = (): Words => spoken.words;
export const language = (): LanguageId => spoken.id;

/** Once its words are here. Rejects, and leaves what was spoken, where they cannot be fetched. */
export async function speak(id: LanguageId): Promise<void> {
  spoken = { id, words: await LANGUAGES[id].words() };
}
