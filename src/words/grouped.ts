/** A count with a sign between thousands, to three decimals after a point. Not by `toLocaleString`: its first call loads what the browser knows of all numbers, before anything is seen of the page. */
export function grouped(count: number, sign: string): string {
  const [whole = '', ...decimals] = String(Math.round(count * 1000) / 1000).split('.');
  return [whole.replace(/\B(?=(?:\d{3})+$)/g, sign), ...decimals].join('.');
}
