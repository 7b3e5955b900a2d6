/** Builds the page if anything it is made of has changed since the last build. */
import { buildIfStale } from './serve.mjs';

console.log((await buildIfStale()) ? 'built' : 'up to date');
