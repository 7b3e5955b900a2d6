/** An answer of the network with headers that its host did not send. */

/** Answers that may have no body, and so must be made without one. */
const BODILESS = [101, 204, 205, 304];

export function withHeaders(answer: Response, headers: Readonly<Record<string, string>>): Response {
  if (answer.status === 0) return answer; // a redirect that the browser follows itself, or another site's: not to be looked into
  const all = new Headers(answer.headers);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return new Response(BODILESS.includes(answer.status) ? null : answer.body, { status: answer.status, statusText: answer.statusText, headers: all });
}
