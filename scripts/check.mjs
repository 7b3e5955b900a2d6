/** `npm run check`: types and lint only, in seconds. */
import { lint, summarise, types } from './parts.mjs';

process.exitCode = summarise([...(await types()), await lint()]);
