/** What lies beside a model that comes with the page and says what it is; `npm run base` writes more into it, for people. */
import * as v from 'valibot';
import { ModelConfig } from './config';
import { TaskConfig } from './tasks';

const BaseNotes = v.object({ task: TaskConfig, model: ModelConfig });
export type BaseNotes = v.InferOutput<typeof BaseNotes>;

/** Undefined where the text says nothing of the kind. */
export function baseNotesOf(text: string): BaseNotes | undefined {
  try {
    const parsed = v.safeParse(BaseNotes, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
