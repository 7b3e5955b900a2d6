/** The Lab from the first look to the last step: what the transport does, what is shown, what is stored. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import { Failure, FAILURES } from '../../src/contract/failures';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunStore } from '../../src/storage/run-store';
import '../../src/app.css';
import { behaviour } from './fake-trainer';
import { button, openLab, SHORT, status } from './open-lab';

beforeEach(() => page.viewport(1440, 900));
afterEach(async () => {
  await cleanup();
  await page.viewport(414, 896);
});

const card = (name: string) => page.getByRole('listitem', { name });

describe('before anything has been trained', () => {
  test('every control of the transport contract is there under its name', async () => {
    const { lab } = await openLab({ address: '' });
    for (const name of ['Train', 'Pause', 'Step', 'Reset', 'Save', 'Export run', 'Import run']) await expect.element(button(name)).toBeVisible();
    await expect.element(page.getByRole('combobox', { name: 'Recipe' })).toHaveValue('names-dpo');
    await expect.element(page.getByRole('spinbutton', { name: 'Seed' })).toHaveValue(1);
    await expect.element(page.getByRole('combobox', { name: 'Engine' })).toHaveValue('auto');
    await expect.element(status()).toHaveTextContent(/^idle · pretrain · step 0 of \d+$/);
    await expect.element(page.getByRole('heading', { name: 'Press Train' })).toBeVisible();
    expect(lab.link).toBe('#/lab?recipe=names-dpo');
  });

  test('recipe, seed and knobs make the address, and nothing else does', async () => {
    const { lab } = await openLab({ address: '' });
    await page.getByRole('combobox', { name: 'Recipe' }).selectOptions('names-ppo');
    await expect.element(card('4. PPO')).toBeVisible();
    const seed = page.getByRole('spinbutton', { name: 'Seed' });
    await seed.fill('7');
    await userEvent.keyboard('{Enter}');
    await card('4. PPO').getByRole('spinbutton', { name: 'KL coefficient' }).fill('0.2');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => lab.link).toBe('#/lab?recipe=names-ppo&seed=7&set=ppo.klCoef=0.2');
  });

  test('the address to hand on is copied, or shown where the clipboard is closed', async () => {
    const { lab } = await openLab({ address: 'recipe=names-ppo&seed=7' });
    const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValueOnce();
    await button('Copy link').click();
    await expect.element(page.getByText('Copied.')).toBeVisible();
    expect(written).toHaveBeenCalledExactlyOnceWith(new URL('#/lab?recipe=names-ppo&seed=7', location.href).href);
    await lab.setSeed(8);
    await expect.element(page.getByText('Copied.')).not.toBeInTheDocument(); // that was another
    written.mockRejectedValueOnce(new DOMException('no', 'NotAllowedError'));
    await button('Copy link').click();
    await expect.element(page.getByRole('textbox', { name: 'Link to copy' })).toHaveValue(new URL('#/lab?recipe=names-ppo&seed=8', location.href).href);
    written.mockRestore();
  });

  test('a seed that is none is said to be none, and nothing changes', async () => {
    const { lab } = await openLab({ address: '' });
    await page.getByRole('spinbutton', { name: 'Seed' }).fill('1.5');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText(/Seed must be a whole number/)).toBeVisible();
    expect(lab.config.seed).toBe(1);
  });

  test('an address with an unknown recipe, knob or run says so and leaves a working page', async () => {
    for (const [address, code] of [['recipe=nothing', 'unknown-recipe'], ['set=dpo.klCoef=1', 'unknown-knob'], ['run=run-gone', 'run-elsewhere']] as const) {
      const { lab, notice } = await openLab({ address });
      expect(notice.mock.calls[0]?.[0].text).toContain(FAILURES[code]);
      expect(lab.link).toBe('#/lab?recipe=names-dpo');
      await expect.element(button('Train')).toBeEnabled();
      await cleanup();
    }
  });
});

describe('training', () => {
  test('Train goes through every stage to the end; each metric is a figure', async () => {
    const { store, how } = await openLab();
    await button('Train').click();
    await expect.element(page.getByRole('figure', { name: 'loss', exact: true })).toBeVisible();
    await expect.element(status()).toHaveTextContent('finished · dpo · step 5 of 5');
    for (const name of ['rewards/accuracies', 'objective/kl', 'gold/win_rate', 'samples/length']) await expect.element(page.getByRole('figure', { name })).toBeVisible();
    expect(how.orders.map(({ stage }) => stage)).toEqual(['pretrain', 'sft', 'dpo']);
    expect(how.alive.size).toBe(0);
    const [run] = await store.runs();
    expect((await store.stages(run!.id)).map(({ stage, step, finished }) => [stage, step, finished])).toEqual([['pretrain', 4, true], ['sft', 3, true], ['dpo', 5, true]]);
    await expect.element(card('3. DPO')).toHaveTextContent('finished, 5 steps');
    await expect.element(button('Train')).toHaveAttribute('aria-disabled', 'true');
  });

  test('Pause holds it, Step makes one step, Train goes on', async () => {
    const { how } = await openLab({ how: behaviour({ pace: 30 }), address: 'set=pretrain.steps=500' });
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^training · pretrain · step [1-9]/);
    await button('Pause').click();
    await expect.element(status()).toHaveTextContent(/^paused/);
    const at = Number(/step (\d+)/.exec(status().element().textContent)?.[1]);
    await new Promise((done) => setTimeout(done, 100));
    await expect.element(status()).toHaveTextContent(`paused · pretrain · step ${at} of 500`);
    await button('Step').click();
    await expect.element(status()).toHaveTextContent(`paused · pretrain · step ${at + 1} of 500`);
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(`training · pretrain · step ${at + 3}`);
    expect(how.orders).toHaveLength(1);
  });

  test('Step before Train begins a run that stays paused, over the end of a stage too', async () => {
    const { how } = await openLab({ address: 'set=pretrain.steps=1&set=sft.steps=2' });
    await button('Step').click();
    await expect.element(status()).toHaveTextContent('paused · sft · step 0 of 2');
    await button('Step').click();
    await expect.element(status()).toHaveTextContent('paused · sft · step 1 of 2');
    expect(how.orders.map(({ stage, paused }) => [stage, paused])).toEqual([['pretrain', true], ['sft', true]]);
  });

  test('a visitor may look at another stage, by click and by arrow, and come back', async () => {
    await openLab();
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^finished/);
    await page.getByRole('tab', { name: 'pretrain' }).click();
    await expect.element(page.getByRole('figure', { name: 'samples/valid_fraction' })).toBeVisible();
    await expect.element(page.getByRole('figure', { name: 'objective/kl' })).not.toBeInTheDocument();
    await userEvent.keyboard('{ArrowLeft}');
    await expect.element(page.getByRole('tab', { name: 'dpo' })).toHaveFocus();
    await expect.element(page.getByRole('figure', { name: 'objective/kl' })).toBeVisible();
  });

  test('settings of an open run can be read but not changed; another seed puts it aside', async () => {
    const { store } = await openLab();
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^finished/);
    await expect.element(card('3. DPO').getByRole('spinbutton', { name: 'Steps' })).toBeDisabled();
    await page.getByRole('spinbutton', { name: 'Seed' }).fill('2');
    await userEvent.keyboard('{Enter}');
    await expect.element(status()).toHaveTextContent('idle · pretrain · step 0 of 4');
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^finished/);
    expect((await store.runs()).map(({ config }) => config.seed).sort()).toEqual([1, 2]);
  });
});

describe('a stage by itself', () => {
  const LONG = 'recipe=names-ppo&set=pretrain.steps=3&set=sft.steps=2&set=reward-model.steps=4&set=ppo.steps=4';
  const stepsOf = async (store: RunStore) => Object.fromEntries((await store.stages((await store.runs())[0]!.id)).map(({ stage, step }) => [stage, step]));

  test('steps once what it starts from has begun; reward model and policy take turns, each from the newest checkpoints', async () => {
    const { how, store } = await openLab({ address: LONG });
    await expect.element(button('Step sft')).toHaveAttribute('aria-disabled', 'true');
    for (const stage of ['pretrain', 'sft', 'reward-model', 'ppo']) {
      await expect.element(button(`Step ${stage}`)).toHaveAttribute('aria-disabled', 'false');
      await button(`Step ${stage}`).click();
      await expect.element(status()).toHaveTextContent(new RegExp(`^paused · ${stage} · step 1 of`));
    }
    for (const [stage, step] of [['reward-model', 2], ['ppo', 2], ['reward-model', 3]] as const) {
      await button(`Step ${stage}`).click();
      await expect.element(status()).toHaveTextContent(new RegExp(`^paused · ${stage} · step ${step} of`));
    }
    // Four stages are paused, and one is where the run stands.
    expect(page.getByRole('listitem').elements().filter((item) => item.hasAttribute('aria-current')).map((item) => item.ariaLabel)).toEqual(['3. Reward model']);
    await expect.poll(() => stepsOf(store)).toEqual({ pretrain: 1, sft: 1, 'reward-model': 3, ppo: 2 });
    expect(how.orders.map(({ stage, paused }) => [stage, paused])).toEqual(['pretrain', 'sft', 'reward-model', 'ppo', 'reward-model', 'ppo', 'reward-model'].map((stage) => [stage, true]));
    expect(how.alive.size).toBe(1);
    await button('Train').click();
    await expect.element(status()).toHaveTextContent('finished · ppo · step 4 of 4');
    expect(how.orders.slice(7).map(({ stage }) => stage)).toEqual(['pretrain', 'sft', 'reward-model', 'ppo']);
    expect(await stepsOf(store)).toEqual({ pretrain: 3, sft: 2, 'reward-model': 4, ppo: 4 });
    expect(page.getByRole('button', { name: /^Step ./ }).elements()).toHaveLength(0);
  });

  test('a stage under way is put aside with all its steps stored', async () => {
    const { how, store, lab } = await openLab({ how: behaviour({ pace: 10 }), address: 'recipe=names-ppo&set=pretrain.steps=2&set=sft.steps=2&set=reward-model.steps=400&set=ppo.steps=4' });
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^training · reward-model · step [1-9]/);
    await button('Step ppo').click();
    await expect.element(status()).toHaveTextContent('paused · ppo · step 1 of 4');
    const shown = lab.pipeline!.stages.find(({ id }) => id === 'reward-model')!;
    expect([shown.phase, (await stepsOf(store))['reward-model']]).toEqual(['paused', shown.step]);
    const next = shown.step + 1;
    await button('Step').click();
    await expect.element(status()).toHaveTextContent(`paused · reward-model · step ${next} of 400`);
    expect(how.orders.at(-1)).toMatchObject({ stage: 'reward-model', paused: true });
  });

  test('its last step finishes it, and the run stands at the first unfinished stage', async () => {
    await openLab({ address: 'set=pretrain.steps=3&set=sft.steps=1&set=dpo.steps=2' });
    await button('Step pretrain').click();
    await expect.element(status()).toHaveTextContent('paused · pretrain · step 1 of 3');
    await button('Step sft').click();
    await expect.element(status()).toHaveTextContent('paused · pretrain · step 1 of 3');
    await expect.element(card('2. Supervised fine-tuning')).toHaveTextContent('finished, 1 step');
  });

  test('a failure is said, and Train goes on; a run that another tab trains is refused', async () => {
    let isTaken = false;
    await openLab({
      how: behaviour({ breaks: { stage: 'sft', step: 1, code: 'non-finite-loss' } }), address: LONG,
      holdRun: async () => {
        if (isTaken) throw new Failure('run-busy');
        return () => {};
      },
    });
    await button('Step pretrain').click();
    await button('Step sft').click();
    await expect.element(page.getByRole('alert').filter({ hasText: FAILURES['non-finite-loss'] })).toBeVisible();
    await expect.element(status()).toHaveTextContent(/^failed · sft/);
    isTaken = true;
    await button('Step sft').click();
    await expect.element(page.getByText(FAILURES['run-busy'])).toBeVisible();
    isTaken = false;
    await button('Step sft').click();
    await expect.element(status()).toHaveTextContent('paused · sft · step 1 of 2');
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^finished/);
  });
});

describe('what can go wrong', () => {
  test('a failure is said once, in words, and Train goes on from what was saved', async () => {
    const { how } = await openLab({ how: behaviour({ breaks: { stage: 'sft', step: 2, code: 'non-finite-loss' } }) });
    await button('Train').click();
    await expect.element(page.getByRole('alert').filter({ hasText: FAILURES['non-finite-loss'] })).toBeVisible();
    await expect.element(status()).toHaveTextContent(/^failed · sft/);
    expect(how.alive.size).toBe(0);
    await button('Train').click();
    await expect.element(status()).toHaveTextContent('finished · dpo · step 5 of 5');
    expect(page.getByText(FAILURES['non-finite-loss']).elements()).toHaveLength(0);
  });

  test('a run that another tab trains is refused, and taken when it is free', async () => {
    let isTaken = true;
    await openLab({ holdRun: async () => {
      if (isTaken) throw new Failure('run-busy');
      return () => {};
    } });
    await button('Train').click();
    await expect.element(page.getByText(FAILURES['run-busy'])).toBeVisible();
    isTaken = false;
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^finished/);
  });

  test('a full disk when the run begins leaves no run and a working page', async () => {
    const store = memoryStore();
    const full = { ...store, putRun: async () => Promise.reject(new Failure('disk-full')) };
    const { notice } = await openLab({ store: full });
    await button('Train').click();
    await expect.poll(() => notice.mock.calls.at(-1)?.[0].text).toBe(FAILURES['disk-full']);
    await expect.element(status()).toHaveTextContent(/^idle/);
    expect(await store.runs()).toEqual([]);
  });

  test('a full disk while saving is said and training goes on', async () => {
    const store = memoryStore();
    let isFull = false;
    const { lab, notice } = await openLab({ store: { ...store, commit: async (...given) => (isFull ? Promise.reject(new Failure('disk-full')) : store.commit(...given)) }, how: behaviour({ pace: 20 }), address: 'set=pretrain.steps=500' });
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/step [1-9]/);
    isFull = true;
    await button('Save').click();
    await expect.poll(() => notice.mock.calls.at(-1)?.[0]).toEqual({ text: FAILURES['disk-full'], kind: 'error' });
    const at = lab.pipeline!.current.step;
    await expect.poll(() => lab.pipeline?.current.step).toBeGreaterThan(at);
  });

  test('a file that is none changes nothing', async () => {
    const { lab, store, notice } = await openLab();
    await lab.importFile(new File(['no zip'], 'run.nudge'));
    expect(notice.mock.calls[0]?.[0]).toEqual({ text: FAILURES['not-a-run-file'], kind: 'error' });
    expect(await store.runs()).toEqual([]);
    await expect.element(status()).toHaveTextContent(/^idle/);
  });
});

describe('what was saved', () => {
  test('opened again, a run stands where it was saved and goes on', async () => {
    const store = memoryStore();
    const { lab } = await openLab({ store, how: behaviour({ pace: 20 }), address: `${SHORT}&set=sft.steps=60` });
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/sft · step [1-9]\d? of 60/);
    await button('Pause').click();
    await lab.pause(); // after the one that was clicked: what was done is saved
    const text = status().element().textContent;
    const { link } = lab;
    lab.pipeline?.abandon(); // the page is gone
    await cleanup();
    await openLab({ store, address: link.split('?')[1]! });
    await expect.element(status()).toHaveTextContent(text);
    await button('Train').click();
    await expect.element(status()).toHaveTextContent('finished · dpo · step 5 of 5');
  });

  test('Reset keeps the run and its settings; its stages can be started from', async () => {
    const { store, how } = await openLab();
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^finished/);
    await button('Reset').click();
    await expect.element(status()).toHaveTextContent('idle · pretrain · step 0 of 4');
    const [first] = await store.runs();
    await page.getByRole('combobox', { name: 'Start sft from' }).selectOptions(`${first!.name} · sft · step 3`);
    await expect.element(card('1. Pretrain')).toHaveTextContent('not needed');
    how.orders.length = 0;
    await button('Train').click();
    await expect.element(status()).toHaveTextContent('finished · dpo · step 5 of 5');
    expect(how.orders.map(({ stage }) => stage)).toEqual(['dpo']);
    const second = (await store.runs()).find(({ id }) => id !== first!.id);
    expect(second?.parents).toEqual([{ run: first!.id, stage: 'sft', step: 3 }]);
  });

  test('Save says what it saved; Export saves first', async () => {
    const { store, notice, exportFile, lab } = await openLab({ how: behaviour({ pace: 20 }), address: 'set=pretrain.steps=500' });
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/step [1-9]/);
    await button('Save').click();
    await expect.poll(() => notice.mock.calls.at(-1)?.[0].text).toMatch(/^Saved .* at step \d+ of pretrain\.$/);
    await button('Export run').click();
    await expect.poll(() => exportFile.mock.calls.length).toBe(1);
    const { id } = lab.pipeline!.record;
    expect(exportFile).toHaveBeenCalledWith(id);
    expect((await store.checkpoints(id, 'pretrain')).length).toBeGreaterThan(0);
    await expect.element(status()).toHaveTextContent(/^training/);
  });
});

test('whatever is pressed in whatever order: one worker at most, no error, and Train still ends it', async () => {
  const how = behaviour({ pace: 3 });
  const { lab, store, notice } = await openLab({ how, address: `${SHORT}&set=pretrain.steps=40` });
  const actions = [() => lab.train(), () => lab.pause(), () => lab.step(), () => lab.stepStage('sft'), () => lab.stepStage('dpo'), () => lab.save(), () => lab.reset(), () => lab.setEngine('wasm'), () => lab.setEngine('auto'), () => lab.exportOpen()];
  let seed = 12345;
  const asked: Promise<void>[] = [];
  for (let i = 0; i < 120; i++) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    asked.push(actions[(seed >> 8) % actions.length]!());
    expect(how.alive.size).toBeLessThanOrEqual(2); // one on its way out while the next begins
    if (seed % 3 === 0) await new Promise((done) => setTimeout(done, 5));
  }
  await Promise.all(asked);
  expect(how.alive.size).toBeLessThanOrEqual(1);
  expect(notice.mock.calls.filter(([{ kind }]) => kind === 'error')).toEqual([]);
  await button('Train').click();
  await expect.poll(() => lab.pipeline?.phase, { timeout: 5000 }).toBe('finished');
  for (const { id } of await store.runs()) {
    for (const { step, total } of await store.stages(id)) expect(step).toBeLessThanOrEqual(total);
  }
});
