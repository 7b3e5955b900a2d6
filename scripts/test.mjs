/**
 * `npm test`: types, lint, build, then the tests that need Node, a browser, and the built page, each whatever became of the one before.
 * `npm test -- node e2e` runs only those parts, and `npm test -- slow` and `npm test -- ways` what takes too long for every change. The last line is `N passed, N failed`.
 */
import { ensureBrowser } from './ensure-browser.mjs';
import { buildPage, lint, summarise, tests, types } from './parts.mjs';

/** Parts that need a browser get its path; without one they fail with the sentence that says what to do. */
let browser;
const inBrowser = (project) => async () => {
  browser ??= ensureBrowser();
  try {
    return await tests(project, { CHROME_PATH: await browser });
  } catch (error) {
    return { part: project, passed: 0, failed: [`${project}: ${error.message}`], seconds: 0 };
  }
};

const PARTS = {
  types,
  lint,
  build: buildPage,
  node: inBrowser('node'), // the batch door's WebGPU needs the Vulkan driver that a Chromium brings
  browser: inBrowser('browser'),
  e2e: inBrowser('e2e'),
  timed: inBrowser('timed'), // by the clock: nothing runs beside it
  slow: () => tests('slow'),
  ways: inBrowser('ways'),
};
/** Parts that run only when they are named. */
const ASKED_FOR = ['slow', 'ways'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`No part is called ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`);
  process.exitCode = 2;
} else {
  const outcomes = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (wanted.length > 0 ? !wanted.includes(name) : ASKED_FOR.includes(name)) continue;
    console.log(`\n— ${name}`);
    outcomes.push(await part());
  }
  process.exitCode = summarise(outcomes.flat());
}
