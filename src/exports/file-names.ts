/** Names of files and folders in a zip: legible, harmless, and no two of one folder alike, on file systems that do not tell capitals apart either. */
import { fileNameOf } from '../storage/file-name';

/** A word of a path. @param otherwise where nothing legible is left */
export function wordOf(text: string, otherwise: string): string {
  const named = fileNameOf(text, 'x').slice(0, -2);
  return named === 'data' && !/data/i.test(text) ? otherwise : named;
}

export interface FileNames {
  /** One and the same for one key, another for every other. */
  of(text: string, key: string): string;
}

export function fileNames(): FileNames {
  const byKey = new Map<string, string>();
  const taken = new Set<string>();
  return {
    of(text, key) {
      const known = byKey.get(key);
      if (known !== undefined) return known;
      const word = wordOf(text, 'run');
      let name = word;
      for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${word}-${i}`;
      taken.add(name.toLowerCase());
      byKey.set(key, name);
      return name;
    },
  };
}
