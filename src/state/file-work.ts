/** Everything that reads or writes run files and models, in one piece that is fetched when the first file comes or goes. */
export { readRunResults } from '../storage/run-file-results';
export { previewRunFile } from '../storage/run-file-preview';
export { exportPieces, importRun } from '../storage/transfer';
export { huggingFaceZip } from './hugging-face';
export { importModel, readModel } from './import-model';
