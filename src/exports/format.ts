/** What a format to write runs in is, and what it is given. */
import type { RunRecord, StageRecord } from '../contract/run';
import type { Measured } from '../state/final-values';
import type { RunStore, StageHistory } from '../storage/run-store';

export interface ExportedStage {
  stage: StageRecord;
  history: StageHistory;
}

export interface ExportedRun {
  record: RunRecord;
  /** Those that have begun, in the order of the run's configuration. */
  stages: readonly ExportedStage[];
}

export interface ExportSource {
  /** At least one. */
  runs: readonly ExportedRun[];
  /** What is compared where there are several runs; '' for the last stage of each. */
  stage: string;
}

/** What only the thread that asks can do. */
export interface ExportDoors {
  /** An SVG as a PNG; left out where nothing can draw. */
  rasterise?(svg: string): Promise<Uint8Array<ArrayBuffer>>;
}

export type Content = Iterable<Uint8Array<ArrayBuffer>>;

export interface ExportFile {
  /** With folders and ending, in a zip; of a single file what is put behind the run's name. */
  name: string;
  /** In pieces, so that a long history is never one text. */
  content: Content;
}

export interface ExportFormat {
  /** The batch door's name for it. */
  id: string;
  title: string;
  /** What it is good for, one sentence. */
  says: string;
  /** Of the file's name, without its dot. Several files are one zip; a format of any other ending has exactly one. */
  ending: string;
  /** It cannot be written where nothing draws. */
  needsDrawing?: true;
  files(source: ExportSource, doors: ExportDoors): Promise<ExportFile[]>;
}

/** The histories of a run, as comparisons take them. */
export const measuredIn = (runs: readonly ExportedRun[]): Measured[] => runs.map(({ record, stages }) => ({ record, histories: new Map(stages.map(({ stage, history }) => [stage.stage, history.metrics])) }));

/** What is stored of these runs; a run that is gone is left out. @param stage '' for the last stage of each */
export async function sourceOf(store: Pick<RunStore, 'run' | 'stages' | 'history'>, ids: readonly RunRecord['id'][], stage = ''): Promise<ExportSource> {
  const runs: ExportedRun[] = [];
  for (const id of ids) {
    const record = await store.run(id);
    if (!record) continue;
    const known = new Map((await store.stages(id)).map((each) => [each.stage, each]));
    const stages: ExportedStage[] = [];
    for (const { id: stageId } of record.config.stages) {
      const found = known.get(stageId);
      if (found) stages.push({ stage: found, history: await store.history(id, stageId) });
    }
    runs.push({ record, stages });
  }
  return { runs, stage };
}
