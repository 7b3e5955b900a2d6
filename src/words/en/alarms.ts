/** What is going wrong in a stage: what happened, what it means, what to do. By the ids of `src/state/alarms.ts`. */
export const alarms = {
  group: (stage: string) => `What to look at in ${stage}`,
  of: (stage: string) => `Alarms of ${stage}`,
  none: 'No alarm.',
  watching: (watched: string) => `Watched while it trains: ${watched}.`,
  since: (step: number) => `since step ${step}`,
  place: (place: number, count: number) => ` · ${place} of ${count}`,
  outside: 'Outside the healthy range:',
  watched: {
    pairs: 'whether it learns its pairs by heart, which held-out pairs show',
    answers: 'length, endings, variety, repetition, certainty and distance to the reference',
    answersAndGold: 'length, endings, variety, repetition, certainty, distance to the reference, and whether the true reward follows the score',
  },
  words: {
    longer: { says: 'Answers became twice as long since the stage began.', means: 'Length is often the easiest thing to be rewarded for.', remedy: 'Read the answers; if they are padded, raise the KL coefficient or β, or train the reward model on pairs of equal length.' },
    shorter: { says: 'Answers became less than half as long since the stage began.', means: 'Saying little may be the safest way to a reward.', remedy: 'Read the answers; if they say too little, raise the KL coefficient or β.' },
    endless: { says: 'Answers no longer end.', means: 'More than one in ten is cut off, and what is cut off is judged as it stands.', remedy: 'Raise the missing-end penalty, or lower the learning rate.' },
    same: { says: 'The policy says nearly the same thing every time.', means: 'It has collapsed onto a few answers that score well.', remedy: 'Raise the KL coefficient or β, or stop at an earlier checkpoint.' },
    pieces: { says: 'Answers are made of ever the same pieces.', means: 'Only half as many different pairs of tokens are in use as when the stage began.', remedy: 'Raise the KL coefficient or β, or stop at an earlier checkpoint.' },
    repeats: { says: 'Answers repeat themselves.', means: 'Every fifth pair of tokens stood in the same answer before.', remedy: 'Look whether the reward model likes repetition; raise the KL coefficient or β.' },
    decided: { says: 'The policy has stopped trying alternatives.', means: 'It is all but sure of every token, so sampling finds nothing new to learn from.', remedy: 'Lower the learning rate, or add an entropy bonus where there is one.' },
    left: { says: 'The policy has left the reference.', means: 'Its answers are unlike any that the rewards were learned from, so the rewards mean little there.', remedy: 'Raise the KL coefficient or β, or lower the learning rate.' },
    'length-paid': { says: 'Longer answers get the higher scores.', means: 'The score is mostly a measure of length.', remedy: 'Look at the length chart; train the reward model on pairs of equal length, or penalise length.' },
    'brevity-paid': { says: 'Shorter answers get the higher scores.', means: 'The score is mostly a measure of length.', remedy: 'Look at the length chart; train the reward model on pairs of equal length.' },
    worse: { says: 'The answers got worse by the true measure.', means: 'They lose against those of the model that the stage began with.', remedy: 'Lower the learning rate, or look whether the preferences are what you think.' },
    fooled: {
      says: 'The score rises while the true reward falls: the policy is fooling the reward model.',
      means: 'What training maximises and what is wanted have parted (over-optimisation, Gao et al. 2023).',
      remedy: 'Stop near where the true reward was highest, raise the KL coefficient or β, or give the reward model more labels.',
    },
    'by-heart': {
      says: 'The loss falls on training data and rises on held-out data.',
      means: 'The model learns its data by heart instead of what they have in common.',
      remedy: 'Train for fewer steps, on more data, or with more weight decay.',
    },
  },
};

export type AlarmId = keyof typeof alarms.words;
