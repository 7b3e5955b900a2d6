/** What the built page may load, as a Content-Security-Policy: itself and nothing else. In a <meta> of the page, and in the headers of what the service worker and `npm start` serve, for workers. */

/**
 * 'wasm-unsafe-eval' allows WebAssembly and no eval. Styles need no 'unsafe-inline': Svelte and uPlot set them through the CSSOM, which no policy forbids.
 * frame-ancestors is left out: a <meta> cannot say it, and a frame on another site sees none of the visitor's runs, as browsers keep storage apart by site.
 * @param inlined hashes of the script and the style where the page is a single file, whose workers are blobs; left out where its files lie beside it
 */
export function contentPolicy(inlined) {
  const [script, worker, connect, img, style] = inlined
    ? [inlined.script, 'blob:', 'data:', 'data: blob:', inlined.style] // TF.js's binary is an address there
    : ["'self'", "'self'", "'self'", "'self' data: blob:", "'self'"]; // charts are drawn as pixels by way of a blob
  return [
    "default-src 'none'",
    `script-src ${script} 'wasm-unsafe-eval'`,
    `worker-src ${worker}`,
    `connect-src ${connect}`,
    `img-src ${img}`,
    `style-src ${style}`,
    ...(inlined ? [] : ["manifest-src 'self'"]),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** @returns the page with the policy before anything it could load */
export const withPolicy = (html, policy) => html.replace('<head>', () => `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`);
