/** What is dropped on the page, sorted into run files, zips and models. */
import { expect, test } from 'vitest';
import { arrivalsOf, type Folder } from '../../src/state/arrivals';

const file = (name: string) => new File(['x'], name);
const folder: Folder = { name: 'distilgpt2', files: new Map([['config.json', file('config.json')]]) };
const namesOf = (dropped: (File | Folder)[]) => arrivalsOf(dropped).map(({ name, content }) => [name, content instanceof File ? 'file' : [...content.keys()].join()]);

test.each<[string, (File | Folder)[], [string, string][]]>([
  ['nothing', [], []],
  ['run files and zips each by itself', [file('a.nudge'), file('b.ZIP')], [['a.nudge', 'file'], ['b.ZIP', 'file']]],
  ['what is neither', [file('photo.png'), file('rows.csv')], [['photo.png', 'file'], ['rows.csv', 'file']]],
  ['the files of a model, with whatever lies beside them', [file('config.json'), file('model-00001-of-00002.safetensors'), file('README.md'), file('a.nudge')], [['a.nudge', 'file'], ['model', 'config.json,model-00001-of-00002.safetensors,README.md']]],
  ['a folder', [folder, file('a.nudge')], [['a.nudge', 'file'], ['distilgpt2', 'config.json']]],
])('%s', (_, dropped, sorted) => {
  expect(namesOf(dropped)).toEqual(sorted);
});
