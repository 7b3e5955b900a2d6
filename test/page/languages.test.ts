/** Another language at any moment: what is said changes, what happens does not. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import { speak } from '../../src/words/words.svelte';
import '../../src/app.css';
import { behaviour } from './fake-trainer';
import { button, openLab, status } from './open-lab';

beforeEach(() => page.viewport(1440, 900));
afterEach(async () => {
  await cleanup();
  await speak('en');
  await page.viewport(414, 896);
});

const statusIn = (name: string) => page.getByRole('status', { name });

describe('the Lab in German', () => {
  test('says everything so: buttons, recipe, stages, knobs with their help', async () => {
    await openLab({ address: 'recipe=names-ppo' });
    await speak('de');
    for (const name of ['Trainieren', 'Pause', 'Schritt', 'Neu beginnen', 'Speichern', 'Lauf exportieren', 'Lauf importieren']) await expect.element(button(name)).toBeVisible();
    await expect.element(page.getByRole('heading', { name: 'Drücke Trainieren' })).toBeVisible();
    await expect.element(page.getByRole('combobox', { name: 'Rezept' })).toHaveTextContent('Vornamen: Belohnungsmodell + PPO');
    await expect.element(page.getByRole('listitem', { name: '3. Belohnungsmodell' })).toBeVisible();
    await expect.element(page.getByRole('spinbutton', { name: 'KL-Koeffizient' })).toHaveAccessibleDescription(/Gewicht der Strafe pro Token für den Abstand zur Referenz\. Voreinstellung 0\.05: 0\.05: TRL und N\+/);
    await expect.element(page.getByText(/Was beliebt ist, steht in keiner Namensliste/).first()).toBeInTheDocument();
  });

  test('what is typed in a field, but not taken, stays, and so does what was set', async () => {
    const { lab } = await openLab({ address: 'recipe=names-ppo&set=ppo.klCoef=0.2' });
    await page.getByRole('spinbutton', { name: 'Seed' }).fill('77');
    await speak('de');
    await expect.element(page.getByRole('spinbutton', { name: 'Seed' })).toHaveValue(77);
    await expect.element(page.getByRole('spinbutton', { name: 'KL-Koeffizient' })).toHaveValue(0.2);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => lab.link).toBe('#/lab?recipe=names-ppo&seed=77&set=ppo.klCoef=0.2');
  });

  test('a run that is being trained goes on, with all it has measured, and is the same run', async () => {
    const { lab, how } = await openLab({ address: 'set=pretrain.steps=9000&set=sft.steps=3&set=dpo.steps=5', how: behaviour({ pace: 20 }) });
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^training · pretrain · step [1-9]/);
    const { pipeline } = lab;
    const before = pipeline!.current.history.steps.length; // it trains
    await speak('de');
    await expect.element(statusIn('Stand des Laufs')).toHaveTextContent(/^trainiert · pretrain · Schritt [1-9]\d* von 9000$/);
    await expect.poll(() => pipeline!.current.history.steps.length).toBeGreaterThan(before);
    expect(lab.pipeline).toBe(pipeline);
    expect(how.orders).toHaveLength(1);
    const { steps } = pipeline!.current.history;
    expect(steps).toEqual(steps.map((_, i) => i + 1));
    await expect.element(page.getByRole('figure', { name: 'loss', exact: true }).getByText(/^loss: gesund unter dem 1.2-Fachen des Anfangswerts/)).toBeVisible();
    await speak('en');
    await expect.element(status()).toHaveTextContent(/^training · pretrain · step/);
    await button('Pause').click();
    await expect.element(status()).toHaveTextContent(/^paused/);
  });
});
