/** A teacher hands the Lab out, a student opens it elsewhere; and a lesson goes out as a file and comes back changed. */
import { expect, test } from 'vitest';
import { Visitor } from './visitor';

test('a link with hidden and locked controls opens elsewhere so, trains, and is so after a reload', async () => {
  const teacher = await Visitor.arrives();
  await teacher.opens('#/lab?recipe=names-dpo&backend=wasm&set=model.width=16&set=model.layers=1&set=model.heads=2&set=task.pairs=512&set=pretrain.steps=6&set=pretrain.evaluateOn=16&set=sft.steps=3&set=sft.evaluateOn=16&set=dpo.steps=3&set=dpo.evaluateOn=16');
  await teacher.page.getByRole('link', { name: 'Hand out…' }).click();
  await teacher.presses('Only Train');
  await teacher.page.getByRole('combobox', { name: 'Seed' }).selectOption('locked');
  await teacher.page.getByRole('textbox', { name: 'Title' }).fill('Watch it spell');
  await teacher.page.getByRole('textbox', { name: 'Task for the students' }).fill('Press Train.\n\n- Which curve falls first?');
  const seen = teacher.page.getByRole('link', { name: 'See it as your students will' });
  const link = (await seen.getAttribute('href')) ?? '';
  await teacher.page.reload(); // nothing that was chosen or typed is lost
  expect(await seen.getAttribute('href')).toBe(link);

  const student = await Visitor.arrives();
  const { page } = student;
  await student.opens(link);
  const isSo = async () => {
    await page.getByRole('heading', { name: 'Watch it spell' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Which curve falls first?' }).waitFor();
    expect(await page.getByRole('spinbutton', { name: 'Seed' }).isDisabled()).toBe(true);
    for (const name of ['Step', 'Reset', 'Save', 'Export run', 'Import run', 'Copy link']) expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
    expect(await page.getByRole('combobox', { name: 'Recipe' }).count()).toBe(0);
    expect(await page.locator('[data-knob]').count()).toBe(0);
  };
  await isSo();
  await student.presses('Train');
  await student.sees(/^finished · dpo · step 3 of 3/);
  await isSo();
  await page.reload();
  await student.sees(/^finished/);
  await isSo();
  await page.getByRole('link', { name: 'Runs' }).click();
  await page.getByRole('heading', { name: 'Runs' }).first().waitFor();
  await page.reload(); // on another screen, whose address does not say what was handed out
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Lab', exact: true }).click();
  await student.sees(/^finished/);
  await isSo();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});

test('a lesson is downloaded, changed in an editor, dropped on the page and opened', async () => {
  const visitor = await Visitor.arrives();
  const { page } = visitor;
  await visitor.opens();
  await page.getByRole('link', { name: 'Lessons' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download as a file “DPO step by step”' }).click()]);
  expect(download.suggestedFilename()).toBe('dpo.nudge-lesson');
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer); // a stream without encoding gives buffers
  const text = Buffer.concat(chunks).toString('utf8').replaceAll('DPO step by step', 'My own rope').replace('Straight from pairs', 'A page of mine');
  await page.evaluate(([name, content]) => {
    const carried = new DataTransfer();
    carried.items.add(new File([content!], name!)); // both are given below
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, cancelable: true, bubbles: true }));
  }, ['dpo.nudge-lesson', text]);
  await visitor.isTold('“My own rope” stands under Lessons now.');
  await page.getByRole('link', { name: 'My own rope', exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'Lesson: My own rope' });
  await panel.getByRole('heading', { name: 'A page of mine' }).waitFor();
  expect(page.url()).toContain('#/lessons/yours-dpo');
  await page.reload();
  await panel.getByRole('heading', { name: 'A page of mine' }).waitFor();
});
