/** What is projected: its address, and how it goes from chart to chart. */
import { describe, expect, test } from 'vitest';
import { panelsOf } from '../../src/state/panels';
import { Presentation } from '../../src/state/presentation.svelte';
import { parseRoute, withPresented } from '../../src/state/route.svelte';

describe('an address', () => {
  test('says that the Lab is projected, and with which chart; nothing else of it changes', () => {
    expect(parseRoute('#/lab?recipe=names-ppo&seed=3&present')).toMatchObject({ view: 'lab', presented: '' });
    expect(parseRoute('#/lab?recipe=names-ppo&seed=3&present').params.toString()).toBe('recipe=names-ppo&seed=3');
    expect(parseRoute('#/lab?present=objective/kl')).toMatchObject({ presented: 'objective/kl' });
    expect(parseRoute('#/lab?present').params.size).toBe(0); // so that a tab that comes back shows the run it had
    expect(parseRoute('#/lessons/dpo/margins?present')).toMatchObject({ lesson: { id: 'dpo', page: 'margins' }, presented: '' });
    for (const other of ['#/runs?present', '#/compare?present', '#/lab', '#/lessons/dpo/worksheet?present']) expect(parseRoute(other).presented).toBeUndefined();
  });

  test.each(['#/lab', '#/lab?recipe=names-ppo&set=ppo.klCoef=0.2&backend=wasm', '#/lab?c=abc_-', '#/lessons/dpo/margins'])('%s comes back as it was', (hash) => {
    for (const chart of ['', 'loss', 'eval_seen_rewards/accuracies']) {
      const presented = withPresented(hash, chart);
      expect(parseRoute(presented).presented).toBe(chart);
      expect(withPresented(presented, chart)).toBe(presented);
      expect(withPresented(presented, null)).toBe(hash);
    }
    expect(withPresented(hash, null)).toBe(hash);
  });

  test('a lesson on paper is a screen of its own', () => {
    expect(parseRoute('#/lessons/dpo/worksheet')).toMatchObject({ view: 'lessons', worksheet: 'dpo' });
  });
});

describe('going through it', () => {
  const panels = panelsOf('dpo');

  test('every chart comes once, then the first again; back is the same way', () => {
    const show = new Presentation(() => ({ panels, prompts: 0 }));
    const seen = panels.map(() => {
      const { metric } = show.panel!;
      show.move(1);
      return metric;
    });
    expect(seen).toEqual(panels.map(({ metric }) => metric));
    expect(show.at).toBe(0);
    show.move(-1);
    expect(show.at).toBe(panels.length - 1);
  });

  test('it begins with the chart that is asked for, also by the name of a line in it, and with the first where there is none', () => {
    expect(new Presentation(() => ({ panels, prompts: 0 }), 'rewards/rejected').panel?.metric).toBe('rewards/chosen');
    expect(new Presentation(() => ({ panels, prompts: 0 }), 'no such').at).toBe(0);
    const none = new Presentation(() => ({ panels: [], prompts: 0 }), 'loss');
    none.move(1);
    expect(none.panel).toBeUndefined();
  });

  test('it goes to a chart that is wished for, from the answers too, and stays where nobody wishes', () => {
    const show = new Presentation(() => ({ panels, prompts: 3 }));
    show.shows = 'answers';
    show.goTo('');
    show.goTo(panels[0]!.metric); // it is the one that is shown, behind the answers
    expect([show.at, show.shows]).toEqual([0, 'answers']);
    show.goTo(panels[2]!.series.at(-1)!);
    expect([show.at, show.shows]).toEqual([2, 'chart']);
  });

  test('answers turn in pages, and one that is gone is no place to be', () => {
    const slides = { panels, prompts: 9 };
    const show = new Presentation(() => slides);
    show.shows = 'answers';
    const pages = [0, 1, 2].map(() => {
      const { page } = show;
      show.move(1);
      return page;
    });
    expect([pages, show.page, show.pages]).toEqual([[0, 1, 2], 0, 3]);
    expect(show.at).toBe(0); // the charts stay where they were
    const few = new Presentation(() => ({ panels, prompts: 0 }));
    few.shows = 'answers';
    few.move(1);
    expect([few.page, few.pages]).toEqual([0, 0]);
  });
});
