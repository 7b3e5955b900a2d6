/** The next number of 1, 2, 5, 10, 20, 50 … on the way up or down: what the arrow keys do in a field that spans decades. Pure. */
const MANTISSAS = [1, 2, 5] as const;

export function nextNice(value: number, up: boolean): number {
  if (value < 0) return -nextNice(-value, !up);
  if (value === 0) return up ? 0.01 : -0.01;
  const decade = Math.floor(Math.log10(value));
  const ladder = [decade - 1, decade, decade + 1].flatMap((power) => MANTISSAS.map((mantissa) => Number(`${mantissa}e${power}`)));
  const found = up ? ladder.find((rung) => rung > value) : ladder.findLast((rung) => rung < value);
  return found ?? value; // the ladder reaches a decade past the value on both sides
}
