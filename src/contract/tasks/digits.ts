import * as v from 'valibot';
import { choiceKnob, knob, wholeKnob } from '../knobs';

export const digits = v.object({
  id: v.literal('digits'),
  digits: wholeKnob(5, 3, 8, { title: 'Digits', help: 'How many digits each prompt has.', source: 'Ours: 2,002 different handfuls of five digits, enough to keep a tenth of them apart.', essential: true }),
  answer: choiceKnob('sort', ['sort', 'copy'], { title: 'Right answer', help: 'The same digits in rising order, or as they were.', source: 'Ours: sorting needs a look at all digits for each answer token.' }),
  mistakes: knob(0.7, 0, 1, { title: 'Mistakes', help: 'Share of example answers in the corpus and the demonstrations that have a mistake in them.', source: 'Ours: who only imitates is right less than half the time, so what the reward teaches is plain to see.', essential: true }),
  pairs: wholeKnob(20_000, 64, 200_000, { title: 'Preference pairs', help: 'Size of the preference dataset that training draws from.', source: 'Ours: about ten pairs for each handful of digits.' }),
  labelTemperature: knob(0.1, 0.01, 10, { title: 'Label temperature', help: 'Noise of the preferences: the better answer is chosen with probability σ(difference of gold rewards / temperature).', source: 'Ours: one digit more in its place wins 88 of 100 times.' }),
});
