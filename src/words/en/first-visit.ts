/** What stands in the Lab before anything was trained here: a finished run to look at, and a tour of three steps. */
export const firstVisit = {
  example: {
    title: 'A finished run, made before',
    badge: 'Made before – not yours, not live',
    says: 'This is how a run of this recipe ends: trained earlier on another machine with the same code, and stored with the page. Train starts a run of your own from the beginning and puts it in this place.',
    facts: (recipe: string, seed: number, engine: string, version: string) => `${recipe}, seed ${seed}, trained on ${engine} with version ${version}.`,
    replay: 'Replay',
    replaySays: 'Shows in ten seconds how its charts and answers came about.',
    hold: 'Pause the replay',
    moment: 'Moment of the finished run',
    at: (stage: string, step: number, total: number) => `${stage} · step ${step} of ${total}`,
    missing: 'An example of a finished run could not be fetched; everything else works without it.',
  },
  tour: {
    offer: 'New here?',
    take: 'Take a tour of three steps',
    decline: 'No, thanks',
    title: (place: number, count: number) => `Tour, ${place} of ${count}`,
    back: 'Back',
    next: 'Next',
    done: 'Done',
    leave: 'Leave the tour',
    stops: {
      recipe: { title: 'A recipe, and Train', says: 'A recipe is a list of stages: first a model learns to write, then it learns what people prefer. Choose one here, change what you like below it, and press Train at the bottom of the page.' },
      charts: { title: 'Reward against KL', says: 'To the right is how far the model has moved from where it began (KL), upwards how good its answers are (reward). Good training climbs without wandering far; if only what the judge says climbs, the judge is being fooled.' },
      answers: { title: 'The answers', says: 'Always the same prompts, answered by the model before and by the model now. Look here first: numbers can rise while answers get worse. Click a word to see what else could have stood there.' },
    },
  },
};
