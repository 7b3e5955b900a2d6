/** A whole count with a sign between thousands. Not by `toLocaleString`: its first call loads what the browser knows of all numbers, before anything is seen of the page. */
export const grouped = (count: number, sign: string): string => String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, sign);
