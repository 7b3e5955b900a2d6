/** A string that can only be made by its own constructor, so a run id can never be passed as a stage id. */
type Id<Kind extends string> = string & { readonly __kind: Kind };

export type RunId = Id<'run'>;

export const newRunId = (): RunId => `run-${crypto.randomUUID()}` as RunId;

/** For ids read back from storage, a link or a file. */
export const asRunId = (text: string): RunId => text as RunId;

/** Says what the data is: see `DatasetRecord`. */
export type DatasetId = Id<'dataset'>;

/** For ids read back from storage, a link or a file, and for freshly counted ones. */
export const asDatasetId = (text: string): DatasetId => text as DatasetId;

/** Rows on their way into a data set, before it is known what they are. */
export type ImportId = Id<'import'>;

export const newImportId = (): ImportId => `import-${crypto.randomUUID()}` as ImportId;
