/**
 * What a visit begins with, in two scripts: what the entry imports, and the page itself (src/page.ts), which the entry imports while the stores are opened. Split by who shares what with which
 * screen, as the bundler would, they were 45, and a phone waited for each on its slow line (LOG.md). Two, so that neither is one long task; both are named in the page, and fetched at once.
 */
const PAGE = /[\\/]src[\\/]page\.ts$/;

const STYLE = '<link rel="stylesheet"';

/** @returns {import('vite').Plugin} */
export function firstChunks() {
  return {
    name: 'nudge:first-chunks',
    apply: 'build',
    config: () => ({
      build: { rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'begin', tags: ['$initial'], priority: 2 }, { name: 'page', test: PAGE, priority: 1 }] } } } },
    }),
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const page = Object.values(bundle ?? {}).find((file) => file.type === 'chunk' && file.moduleIds.some((id) => PAGE.test(id)));
        if (page?.type !== 'chunk' || !html.includes(STYLE)) this.error('first chunks: the page’s own script is not there, or no style');
        const styles = [...(page.viteMetadata?.importedCss ?? [])].map((style) => `${STYLE} crossorigin href="./${style}">\n    `).join('');
        // Its styles before those of the entry, which say how it is in high contrast and on paper.
        const scripts = [page.fileName, ...page.imports].filter((name) => !html.includes(name)).map((name) => `<link rel="modulepreload" crossorigin href="./${name}">\n    `).join('');
        return html.replace(STYLE, () => `${scripts}${styles}${STYLE}`);
      },
    },
  };
}
