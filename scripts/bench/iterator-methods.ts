/** Methods of iterators that jax-js calls and Node 20 has not: imported before jax-js where it runs under Node. */

const prototype: object = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

const METHODS: Readonly<Record<string, (this: Iterable<unknown>, ...given: never[]) => unknown>> = {
  toArray() { return [...this]; },
  map(change: (item: unknown) => unknown) { return [...this].map((item) => change(item))[Symbol.iterator](); },
  filter(test: (item: unknown) => boolean) { return [...this].filter((item) => test(item))[Symbol.iterator](); },
  flatMap(change: (item: unknown) => unknown) { return [...this].flatMap((item) => change(item))[Symbol.iterator](); },
  take(count: number) { return [...this].slice(0, count)[Symbol.iterator](); },
  drop(count: number) { return [...this].slice(count)[Symbol.iterator](); },
  some(test: (item: unknown) => boolean) { return [...this].some((item) => test(item)); },
  every(test: (item: unknown) => boolean) { return [...this].every((item) => test(item)); },
  find(test: (item: unknown) => boolean) { return [...this].find((item) => test(item)); },
  forEach(visit: (item: unknown) => void) { for (const item of this) visit(item); },
  reduce(join: (sum: unknown, item: unknown) => unknown, ...first: [unknown?]) {
    const items = [...this];
    return first.length > 0 ? items.reduce((sum, item) => join(sum, item), first[0]) : items.reduce((sum, item) => join(sum, item));
  },
};

for (const [name, value] of Object.entries(METHODS)) {
  if (!(name in prototype)) Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
}
