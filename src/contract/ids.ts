/** A string that can only be made by its own constructor, so a run id can never be passed as a stage id. */
type Id<Kind extends string> = string & { readonly __kind: Kind };

export type RunId = Id<'run'>;

export const newRunId = (): RunId => `run-${crypto.randomUUID()}` as RunId;

/** For ids read back from storage, a link or a file. */
export const asRunId = (text: string): RunId => text as RunId;
