/** TF.js's WASM loader is CommonJS at heart: under Node it asks for these two names. */
import { createRequire } from 'node:module';

Object.assign(globalThis, { require: createRequire(import.meta.url), __dirname: process.cwd() });
