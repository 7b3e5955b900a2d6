/**
 * What a visit begins with, in two scripts: what the entry imports, and the page itself (src/page.ts), which the entry imports while the stores are opened. Split by who shares what with which
 * screen, as the bundler would, they were 45, and a phone waited for each on its slow line (LOG.md). Two, so that neither is one long task;
 * both are named in the page, and fetched at once. A third of some hundred bytes is what the bundler lends to all of them.
 */
const PAGE = /[\\/]src[\\/]page\.ts$/;

const END = '</head>';

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
        if (page?.type !== 'chunk' || !html.includes(END)) this.error('first chunks: the page’s own script is not there, or no head');
        const scripts = [page.fileName, ...page.imports].filter((name) => !html.includes(name)).map((name) => `<link rel="modulepreload" crossorigin href="./${name}">`);
        const styles = [...(page.viteMetadata?.importedCss ?? [])].map((style) => `<link rel="stylesheet" crossorigin href="./${style}">`);
        return html.replace(END, () => `${[...scripts, ...styles].map((link) => `  ${link}\n  `).join('')}${END}`);
      },
    },
  };
}
