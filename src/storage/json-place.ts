/** Where a text stops being JSON (RFC 8259). Browsers each say it in their own way, or not at all. */

const WHITE = /[ \t\n\r]*/y;
/** Without the quote at its end; any character but the quote, the backslash and those below the space may stand in it. */
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

type Wanted = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing';

/** Characters before the first that does not belong there; undefined where all of it is JSON. */
export function brokenAt(text: string): number | undefined {
  const within: ('{' | '[')[] = [];
  let at = 0;
  let wanted: Wanted = 'value';
  const eat = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const [found = ''] = pattern.exec(text) ?? [];
    at += found.length;
    return found !== '';
  };
  const eatString = (): boolean => eat(STRING) && text[at] === '"' && (at += 1) > 0;
  const after = (): Wanted => (within.length > 0 ? ', or end' : 'nothing');
  for (;;) {
    eat(WHITE);
    const sign = text[at];
    if (sign === undefined) return wanted === 'nothing' ? undefined : at;
    if (wanted === 'nothing') return at;
    if (wanted === ':') {
      if (sign !== ':') return at;
      at += 1;
      wanted = 'value';
    } else if ((sign === '}' && (wanted === 'key or }' || (wanted === ', or end' && within.at(-1) === '{'))) || (sign === ']' && (wanted === 'value or ]' || (wanted === ', or end' && within.at(-1) === '[')))) {
      at += 1;
      within.pop();
      wanted = after();
    } else if (wanted === ', or end') {
      if (sign !== ',') return at;
      at += 1;
      wanted = within.at(-1) === '{' ? 'key' : 'value';
    } else if (wanted === 'key' || wanted === 'key or }') {
      if (sign !== '"' || !eatString()) return at;
      wanted = ':';
    } else if (sign === '{' || sign === '[') {
      at += 1;
      within.push(sign);
      wanted = sign === '{' ? 'key or }' : 'value or ]';
    } else {
      if (!(sign === '"' ? eatString() : eat(NUMBER) || eat(WORD))) return at;
      wanted = after();
    }
  }
}

/** Line and column of a character, both from 1. */
export function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 }; // splitting gives at least one part
}
