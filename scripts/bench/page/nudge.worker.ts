/** Our engine in a worker of its own. */
import { openNudge } from '../contenders/nudge';
import { serveCommands } from './serve-commands';

serveCommands(openNudge);
