/** Plain TF.js in a worker of its own. */
import { matmulPeak, openTfjs } from '../contenders/tfjs';
import { serveCommands } from './serve-commands';

serveCommands(openTfjs, matmulPeak);
