/** The Lab over trainers without a model and a store in memory, as a test wants it. */
import { onTestFinished, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Measured } from '../../src/contract/engine';
import type { Retention } from '../../src/contract/run';
import type { RunId } from '../../src/contract/ids';
import { importRun } from '../../src/storage/transfer';
import { memoryStore } from '../../src/storage/memory-store';
import { Lab } from '../../src/state/lab.svelte';
import type { RunStore } from '../../src/storage/run-store';
import LabView from '../../src/views/LabView.svelte';
import { behaviour, FakeTrainer, type Behaviour } from './fake-trainer';

/** Short enough to see the end of. */
export const SHORT = 'set=pretrain.steps=4&set=sft.steps=3&set=dpo.steps=5';

interface Given {
  store?: RunStore;
  how?: Behaviour;
  address?: string;
  holdRun?: (id: RunId) => Promise<() => void>;
  isRunHeld?: (id: RunId) => Promise<boolean>;
  saved?: () => void;
  keepOf?: () => Retention | null;
  isFirst?: () => boolean;
  measure?: () => Promise<Measured | null>;
}

/** A Lab that nobody looks at, as that of another tab. */
export async function startLab({ store = memoryStore(), how = behaviour(), address = SHORT, holdRun = async () => () => {}, ...doors }: Given = {}) {
  const notice = vi.fn<(notice: { text: string; kind: 'error' | 'info' }) => void>();
  const exportFile = vi.fn(async () => {});
  const lab = new Lab({
    store, notice, holdRun, ...doors,
    connect: (onEvent) => new FakeTrainer(store, how, onEvent),
    appVersion: 'test',
    exportRun: exportFile,
    importRun: (bytes) => importRun(store, bytes),
  });
  onTestFinished(() => lab.pipeline?.abandon());
  await lab.follow(new URLSearchParams(address));
  return { lab, store, how, notice, exportFile };
}

export async function openLab(given: Given = {}) {
  const started = await startLab(given);
  const view = await render(LabView, { lab: started.lab, engine: { engine: 'wasm', adapter: 'SIMD', note: '' } });
  return { ...started, view };
}

export const button = (name: string) => page.getByRole('button', { name, exact: true });
export const status = () => page.getByRole('status', { name: 'Run status' });
