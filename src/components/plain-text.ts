/** Text that somebody typed, as paragraphs and lists: a list is lines that begin with a dash, a star or a dot; an empty line ends what stands before it. Nothing in it is markup. */
export type Passage = { kind: 'paragraph'; text: string } | { kind: 'list'; items: readonly string[] };

const BULLET = /^\s*[-*•–]\s+(.*)$/;

export function passagesOf(text: string): Passage[] {
  const passages: Passage[] = [];
  let lines: string[] = [];
  let items: string[] = [];
  const end = () => {
    if (lines.length > 0) passages.push({ kind: 'paragraph', text: lines.join('\n') });
    if (items.length > 0) passages.push({ kind: 'list', items });
    [lines, items] = [[], []];
  };
  for (const line of text.split('\n')) {
    const [, item] = BULLET.exec(line) ?? [];
    if (line.trim() === '' || (item === undefined ? items.length > 0 : lines.length > 0)) end();
    if (item !== undefined) items.push(item);
    else if (line.trim() !== '') lines.push(line.trim());
  }
  end();
  return passages;
}
