/** What somebody drops on the page, sorted: run files and zips each by itself, the loose files of a model together, folders as they are. */
import type { ModelFiles } from '../storage/hugging-face/read-folder';

export interface Folder {
  name: string;
  /** By their paths inside it. */
  files: ModelFiles;
}

export interface Arrival {
  name: string;
  content: File | ModelFiles;
}

const isModelFile = ({ name }: File): boolean => /^(config|tokenizer|adapter_config)\.json$|\.safetensors(\.index\.json)?$|^pytorch_model.*\.bin$/.test(name);
export const isZip = ({ name }: File): boolean => /\.zip$/i.test(name);
export const withoutEnding = (name: string): string => name.replace(/\.zip$/i, '');

/** Files that come beside a model's own belong to it, whatever they are. */
export function arrivalsOf(dropped: readonly (File | Folder)[]): Arrival[] {
  const files = dropped.filter((each) => each instanceof File);
  const folders = dropped.filter((each): each is Folder => !(each instanceof File));
  const single = files.filter((file) => isZip(file) || /\.nudge$/i.test(file.name));
  const loose = files.filter((file) => !single.includes(file));
  const model = loose.some(isModelFile) ? [{ name: 'model', content: new Map(loose.map((file) => [file.name, file])) }] : loose.map((file) => ({ name: file.name, content: file }));
  return [...single.map((file) => ({ name: file.name, content: file })), ...model, ...folders.map(({ name, files: content }) => ({ name, content }))];
}

/** A folder of a model holds a few files; in one with very many somebody dropped something else. */
const MOST_FILES = 500;
const DEEPEST = 2;

/** Files and folders of a drop. Must be called in the event itself: afterwards a browser shows nothing of it. */
export function droppedIn(transfer: DataTransfer): Promise<(File | Folder)[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file').map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  return Promise.all(items.map(async ({ entry, file }) => {
    if (!entry?.isDirectory) return file ?? [];
    const files = new Map<string, File>();
    await walk(entry as FileSystemDirectoryEntry, '', files); // it is a directory
    return { name: entry.name, files };
  })).then((found) => found.flat());
}

async function walk(folder: FileSystemDirectoryEntry, path: string, files: Map<string, File>): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed)); // a hundred at a time
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (files.size >= MOST_FILES) return;
      if (entry.isFile) files.set(path + entry.name, await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed))); // it is a file
      else if (path.split('/').length <= DEEPEST) await walk(entry as FileSystemDirectoryEntry, `${path}${entry.name}/`, files); // what is no file is a directory
    }
  }
}
