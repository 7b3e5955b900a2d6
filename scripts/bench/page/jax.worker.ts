/** jax-js in a worker of its own. */
import { openJax } from '../contenders/jax';
import { serveCommands } from './serve-commands';

serveCommands(openJax);
