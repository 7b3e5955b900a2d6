/** Finds the keys a component listens for: what it compares an event's key with, and the tables it looks one up in. A pure function, so that the test can plant keys. */
import { parse } from 'svelte/compiler';

interface Node {
  type: string;
  [field: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const childrenOf = (node: Node): Node[] => Object.entries(node).flatMap(([field, value]) => (field === 'metadata' || field === 'name_loc' ? [] : (Array.isArray(value) ? value : [value]).filter(isNode)));

function* all(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* all(child);
}

/** `event.key`, or a variable that is called so. */
const isKey = (node: unknown): boolean => isNode(node) && ((node.type === 'Identifier' && node['name'] === 'key') || (node.type === 'MemberExpression' && !node['computed'] && isNode(node['property']) && node['property']['name'] === 'key'));

/** Of an object literal, its names. */
const namesOf = (node: Node): string[] => (node['properties'] as Node[]).flatMap(({ key }) => (isNode(key) ? [String(key['name'] ?? key['value'])] : []));

export function keysIn(source: string): string[] {
  const { fragment, instance, module } = parse(source, { modern: true });
  // Its nodes are looked at as what they are to begin with.
  const nodes = [fragment, instance?.content, module?.content].flatMap((part) => (part ? [...all(part as unknown as Node)] : []));
  const tables = new Map(nodes.flatMap(({ type, id, init }) => (type === 'VariableDeclarator' && isNode(id) && isNode(init) && init.type === 'ObjectExpression' ? [[String(id['name']), init] as const] : [])));
  return [...new Set(nodes.flatMap((node) => {
    if (node.type === 'BinaryExpression' && (isKey(node['left']) || isKey(node['right']))) {
      return [node['left'], node['right']].flatMap((side) => (isNode(side) && side.type === 'Literal' && typeof side['value'] === 'string' ? [side['value']] : []));
    }
    if (node.type === 'MemberExpression' && node['computed'] === true && isKey(node['property'])) {
      const { object } = node;
      const table = isNode(object) && object.type === 'Identifier' ? tables.get(String(object['name'])) : object;
      return isNode(table) && table.type === 'ObjectExpression' ? namesOf(table) : [];
    }
    return [];
  }))];
}

/** Whether it listens at all. */
export const listens = (source: string): boolean => /\bonkeydown\b|\bonkeyup\b|'key(?:down|up)'/.test(source);
