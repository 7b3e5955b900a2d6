import * as v from 'valibot';
import { choiceKnob, wholeKnob } from '../knobs';

export const names = v.object({
  id: v.literal('names'),
  decade: choiceKnob('1950', ['1880', '1890', '1900', '1910', '1920', '1930', '1940', '1950', '1960', '1970', '1980', '1990', '2000', '2010', '2020'], {
    title: 'Decade', help: 'Whose parents choose: births in these ten years decide every preference and the gold reward.', source: 'Ours: names given in the 1950s differ most from what the whole list suggests, so alignment is plain to see.', essential: true,
  }),
  pairs: wholeKnob(40_000, 64, 200_000, { title: 'Preference pairs', help: 'Size of the preference dataset that training draws from.', source: 'Ours: a handful of comparisons for each name.' }),
});
