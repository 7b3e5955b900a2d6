/** Finds words in source: what a visitor would read and no language but English would have. A pure function, so that the test can plant violations. */
import { parse } from 'svelte/compiler';

/** As `parse` gives them: every node has a type, the rest is looked at as it comes. */
interface Node {
  type: string;
  start?: number;
  [field: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Attributes that are read out or shown. */
const SPOKEN = new Set(['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'placeholder', 'alt', 'label', 'summary']);
/** Functions whose texts are for the browser or for us. */
const UNHEARD = new Set(['Error', 'Failure', 'Symbol', 'MediaQuery', 'URL', 'querySelector', 'querySelectorAll', 'closest', 'matches', 'getElementById', 'setContext', 'startsWith', 'endsWith', 'includes', 'matchMedia']);

const isWord = (text: string): boolean => /\p{L}{2,}/u.test(text);
/** Several words, or one with a capital: what stands in code is one small word or written together. */
const isSentence = (text: string): boolean => isWord(text) && (/\p{L}{2,}['’.,:;…]*\s+\S*\p{Ll}{2,}/u.test(text) || /^\s*\p{Lu}\p{Ll}+[.…:!?,]?\s*$/u.test(text) || /^\s+\p{Ll}{2,}|^[.,:;] ?\p{L}{2,}|\p{L}{2,} $/u.test(text));

/** How a text is used: shown as it is, or only perhaps. */
type Place = 'shown' | 'code';

const calledBy = ({ callee }: Node): string => {
  const called = isNode(callee) && callee.type === 'MemberExpression' ? callee['property'] : callee;
  return isNode(called) ? String(called['name']) : '';
};

function* inCode(node: Node, place: Place): Generator<string> {
  const { type } = node;
  const wanted = place === 'shown' ? isWord : isSentence;
  if (type === 'Literal' && typeof node['value'] === 'string') {
    if (wanted(node['value'])) yield node['value'];
  } else if (type === 'TemplateElement') {
    const { cooked } = node['value'] as { cooked: string }; // what ESTree says of it
    if (wanted(cooked)) yield cooked;
  } else if (type === 'BinaryExpression' && node['operator'] !== '+') return; // compared, not said
  else if (type === 'ConditionalExpression') {
    yield* within([node['test']], 'code');
    yield* within([node['consequent'], node['alternate']], place);
  } else if (type === 'LogicalExpression') {
    yield* within([node['left']], node['operator'] === '&&' ? 'code' : place);
    yield* within([node['right']], place);
  } else if (type === 'CallExpression' || type === 'NewExpression') {
    yield* within([node['callee'], ...(UNHEARD.has(calledBy(node)) ? [] : (node['arguments'] as unknown[]))], 'code');
  } else if (type === 'MemberExpression') yield* within([node['object']], 'code');
  else if (type === 'Property') yield* within([node['value'], ...(node['computed'] ? [node['key']] : [])], 'code');
  else if (type === 'TemplateLiteral') {
    yield* within(node['quasis'], place);
    yield* within(node['expressions'], place);
  } else if (/^TS(As|Satisfies|NonNull)/.test(type)) yield* within([node['expression']], place);
  else if (/^TS|^Import|^ExportAll/.test(type)) return; // types and names of files
  else if (type === 'SwitchCase') yield* within(node['consequent'], 'code');
  else yield* within(Object.entries(node).flatMap(([key, value]) => (key === 'typeAnnotation' || key === 'loc' || key === 'leadingComments' || key === 'trailingComments' ? [] : Array.isArray(value) ? value : [value])), 'code');
}

function* within(nodes: unknown, place: Place): Generator<string> {
  for (const node of Array.isArray(nodes) ? nodes : []) if (isNode(node)) yield* inCode(node, place);
}

function* inMarkup(node: Node): Generator<string> {
  const { type } = node;
  if (type === 'Text') {
    const { data } = node as Node & { data: string }; // what svelte says of a text
    if (isWord(data)) yield data.trim();
  } else if (type === 'Comment') return;
  else if (type === 'Attribute') yield* inAttribute(node);
  else if (type === 'ExpressionTag') yield* within([node['expression']], 'shown');
  else if (/Directive$|^SpreadAttribute$|Tag$|^Attach/.test(type)) yield* within([node['expression'], node['declaration']], 'code');
  else {
    for (const [key, value] of Object.entries(node)) {
      if (key === 'metadata' || key === 'name_loc') continue;
      for (const child of Array.isArray(value) ? value : [value]) {
        if (!isNode(child)) continue;
        if (key === 'expression' || key === 'test' || key === 'key') yield* inCode(child, 'code');
        else yield* inMarkup(child);
      }
    }
  }
}

function* inAttribute({ name, value }: Node): Generator<string> {
  const isSpoken = SPOKEN.has(String(name));
  for (const part of Array.isArray(value) ? value : [value]) {
    if (!isNode(part)) continue;
    if (part.type === 'Text') {
      const data = String(part['data']);
      if (isSpoken ? isWord(data) : name !== 'class' && name !== 'd' && !/^(accept|aria-|viewBox)/.test(String(name)) && isSentence(data)) yield data;
    } else if (part.type === 'ExpressionTag') yield* within([part['expression']], isSpoken ? 'shown' : 'code');
  }
}

/** Every text of a component that a visitor may read. */
export function wordsInComponent(source: string): string[] {
  const { fragment, instance, module } = parse(source, { modern: true });
  // Its nodes are looked at as what they are to begin with.
  return [...inMarkup(fragment as unknown as Node), ...[instance, module].flatMap((script) => (script ? [...inCode(script.content as unknown as Node, 'code')] : []))];
}

/** Every text of a module that a visitor may read. */
export function wordsInModule(source: string): string[] {
  return wordsInComponent(`<script lang="ts">\n${source}\n</script>`);
}

/** Two words in a row, the second a small one: what is told, and no name. */
const isTold = (text: string): boolean => /\p{L}{2,}['’.,:;…]*\s+\p{Ll}{2,}/u.test(text);

function* toldIn(node: Node, place: Place): Generator<string> {
  const { type } = node;
  const wanted = place === 'shown' ? isWord : isTold;
  if (type === 'Literal' || type === 'TemplateElement') {
    const text = type === 'Literal' ? node['value'] : (node['value'] as { cooked: string }).cooked; // what ESTree says of it
    if (typeof text === 'string' && wanted(text)) yield text;
  } else if (/^TS(As|Satisfies|NonNull)/.test(type)) yield* childrenTold([node['expression']], place);
  else if (/^TS|^Import|^Export(All|Named)Declaration$/.test(type) && !isNode(node['declaration'])) return; // types and names of files
  else if (type === 'NewExpression' && calledBy(node) === 'Failure') {
    const [, behind] = node['arguments'] as unknown[];
    if (isNode(behind)) yield* toldIn(behind, behind.type === 'Literal' || behind.type === 'TemplateLiteral' || behind.type === 'ConditionalExpression' ? 'shown' : 'code');
  } else if (type === 'CallExpression' || type === 'NewExpression') yield* childrenTold([node['callee'], ...(calledBy(node) === 'Error' ? [] : (node['arguments'] as unknown[]))], 'code');
  else if (type === 'MemberExpression') yield* childrenTold([node['object']], 'code');
  else if (type === 'ConditionalExpression') {
    yield* childrenTold([node['test']], 'code');
    yield* childrenTold([node['consequent'], node['alternate']], place);
  } else if (type === 'TemplateLiteral') {
    yield* childrenTold(node['quasis'], place);
    yield* childrenTold(node['expressions'], 'code');
  } else yield* childrenTold(Object.entries(node).flatMap(([key, value]) => (/^(typeAnnotation|returnType|loc|leadingComments|trailingComments)$/.test(key) ? [] : Array.isArray(value) ? value : [value])), 'code');
}

function* childrenTold(nodes: unknown, place: Place): Generator<string> {
  for (const node of Array.isArray(nodes) ? nodes : []) if (isNode(node)) yield* toldIn(node, place);
}

/** Every sentence of a module on no page, and every word behind a failure: what a page could not say in another language. */
export function sentencesInModule(source: string): string[] {
  const { instance } = parse(`<script lang="ts">\n${source}\n</script>`, { modern: true });
  return instance ? [...toldIn(instance.content as unknown as Node, 'code')] : []; // looked at as it comes
}
