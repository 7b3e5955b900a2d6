/** What a preference model hears: choices between pairs become a score, about as good as people agree; from too few choices it learns those by heart. */
import type { Lesson } from './lesson';
import { SHORT_NAMES } from './short-names';

export const preferenceModel: Lesson = {
  id: 'preference-model',
  title: { en: 'What a preference model hears', de: 'Was ein Präferenzmodell hört' },
  learns: {
    en: 'how choices between two answers become one score, how good such a score can be, and why too few choices are not enough.',
    de: 'wie aus der Wahl zwischen zwei Antworten eine Bewertung wird, wie gut sie sein kann und warum zu wenige Urteile nicht reichen.',
  },
  minutes: 5,
  recipe: 'names-ppo',
  seed: 1,
  settings: [...SHORT_NAMES, 'reward-model.steps=120', 'reward-model.evaluateEvery=40', 'reward-model.evaluateOn=256', 'ppo.steps=30', 'ppo.batchSize=64', 'ppo.criticWarmup=5', 'ppo.evaluateOn=128'],
  claims: [
    {
      id: 'labels',
      names: { en: 'Choices that agree with the majority', de: 'Urteile, die mit der Mehrheit übereinstimmen' },
      asks: {
        en: 'Each pair is two names, and one parent who chose between them. In which share of the pairs did that parent choose the name that more parents chose? (From 0 to 1.)',
        de: 'Jedes Paar besteht aus zwei Namen und Eltern, die zwischen ihnen gewählt haben. In welchem Anteil der Paare ist das der Name, den mehr Eltern gewählt haben? (Von 0 bis 1.)',
      },
      prediction: { kind: 'number', min: 0, max: 1, step: 0.01 },
      measured: { of: { stage: 'reward-model', metric: 'label_accuracy', at: 'last' } },
      holds: { low: 0.75, high: 0.98 },
      says: { en: 'Most, not all. The others are no mistakes: somebody did choose the rarer name. No model can foretell that, and none should.', de: 'Die meisten, nicht alle. Die anderen sind keine Fehler: Jemand hat wirklich den selteneren Namen gewählt. Kein Modell kann das vorhersagen, und keines sollte es.' },
      field: {
        says: { en: 'People who rated answers for InstructGPT agreed with each other on 72.6 % of the pairs.', de: 'Menschen, die für InstructGPT Antworten verglichen, waren sich bei 72,6 % der Paare einig.' },
        source: 'Ouyang et al. 2022, arXiv:2203.02155, section 3.4',
      },
    },
    {
      id: 'accuracy',
      names: { en: 'Right on names it has never met', de: 'Richtig bei Namen, die es nie gesehen hat' },
      asks: { en: 'It has heard some thousand choices. Shown two names it has never met, it will score the chosen one higher', de: 'Es hat einige tausend Urteile gehört. Bei zwei Namen, die es nie gesehen hat, gibt es dem gewählten mehr Punkte' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'coin', says: { en: 'about as often as a coin', de: 'etwa so oft wie eine Münze' }, if: { high: 0.53 } },
          { id: 'more', says: { en: 'clearly more often than a coin, but far from always', de: 'deutlich öfter als eine Münze, aber längst nicht immer' }, if: { low: 0.53, high: 0.9 } },
          { id: 'nearly', says: { en: 'nearly always', de: 'fast immer' }, if: { low: 0.9 } },
        ],
      },
      measured: { of: { stage: 'reward-model', metric: 'eval_unseen_accuracy', at: 'last' } },
      holds: { low: 0.54, high: 0.85 },
      says: { en: 'Better than a coin: it has heard something about how names sound that parents like, not a list of names.', de: 'Besser als eine Münze: Es hat etwas darüber gehört, wie Namen klingen, die Eltern mögen, nicht eine Namensliste.' },
      field: {
        says: { en: 'InstructGPT’s reward model: right on 69.6 % of the pairs of people it had not learned from.', de: 'InstructGPTs Belohnungsmodell: richtig bei 69,6 % der Paare von Menschen, von denen es nicht gelernt hatte.' },
        source: 'Ouyang et al. 2022, arXiv:2203.02155, section 4.1',
      },
    },
    {
      id: 'few',
      names: { en: 'Right on names it has never met, after 64 choices', de: 'Richtig bei Namen, die es nie gesehen hat, nach 64 Urteilen' },
      asks: {
        en: 'Now it hears 64 choices only, again and again, as many steps as before. On names it has never met it will be right',
        de: 'Jetzt hört es nur 64 Urteile, immer wieder, ebenso viele Schritte lang. Bei Namen, die es nie gesehen hat, liegt es dann',
      },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'less', says: { en: 'less often: it learns 64 pairs by heart', de: 'seltener richtig: Es lernt 64 Paare auswendig' }, if: { high: { claim: 'accuracy' } } },
          { id: 'same', says: { en: 'as often as before: it took as many steps', de: 'so oft richtig wie vorher: Es waren ebenso viele Schritte' }, if: { low: { claim: 'accuracy' } } },
        ],
      },
      measured: { of: { stage: 'reward-model', metric: 'eval_unseen_accuracy', at: 'last' } },
      holds: { high: { claim: 'accuracy' } },
      says: { en: 'Less often: steps do not make up for choices. What it learned by heart says nothing of other names.', de: 'Seltener: Schritte ersetzen keine Urteile. Was es auswendig weiß, sagt nichts über andere Namen.' },
      field: {
        says: { en: 'About 2,000 comparisons were needed before a reward model was of use at all.', de: 'Etwa 2.000 Vergleiche waren nötig, bevor ein Belohnungsmodell überhaupt etwas nützte.' },
        source: 'Gao, Schulman, Hilton 2022, arXiv:2210.10760',
      },
    },
  ],
  formulas: [
    {
      id: 'bradley-terry',
      says: { en: 'The loss is minus the logarithm of sigma of the score of the chosen answer minus the score of the rejected one.', de: 'Der Loss ist minus der Logarithmus von Sigma aus der Bewertung der gewählten Antwort minus der der verworfenen.' },
      maths: { row: [{ symbol: 'loss' }, '=', '−', { name: 'log' }, { symbol: 'sigma' }, '(', { symbol: 'r' }, '(', { symbol: 'chosen' }, ')', { symbol: 'minus' }, { symbol: 'r' }, '(', { symbol: 'rejected' }, ')', ')'] },
      symbols: {
        loss: { glyph: { name: 'loss' }, means: { en: 'How surprised the model is by what was chosen. 0.693 = ln 2 for somebody who throws a coin.', de: 'Wie überrascht das Modell von dem ist, was gewählt wurde. 0,693 = ln 2 für jemanden, der eine Münze wirft.' }, knob: { part: 'reward-model', name: 'steps' }, curve: { stage: 'reward-model', metric: 'loss' } },
        sigma: { glyph: 'σ', means: { en: 'Turns a difference of scores into a probability: 0 into one half, a large lead into nearly 1. That people choose like this is the model of Bradley and Terry (1952).', de: 'Macht aus einer Punktdifferenz eine Wahrscheinlichkeit: aus 0 ein Halb, aus großem Vorsprung fast 1. Dass Menschen so wählen, ist das Modell von Bradley und Terry (1952).' }, curve: { stage: 'reward-model', metric: 'eval_nll' } },
        r: { glyph: 'r', means: { en: 'The score: a language model with one number at its end. Only differences of scores are learned, so centring keeps them near 0.', de: 'Die Bewertung: ein Sprachmodell mit einer Zahl am Ende. Gelernt werden nur Differenzen, deshalb hält „Zentrierung“ sie bei 0.' }, knob: { part: 'reward-model', name: 'centring' }, curve: { stage: 'reward-model', metric: 'mean_reward' } },
        minus: { glyph: '−', means: { en: 'The lead of the chosen answer, called margin. The knob asks for more of it than the loss does by itself.', de: 'Der Vorsprung der gewählten Antwort, „Marge“. Der Regler verlangt mehr davon, als der Loss es von selbst tut.' }, knob: { part: 'reward-model', name: 'margin' }, curve: { stage: 'reward-model', metric: 'margin' } },
        chosen: { glyph: { base: 'y', sub: 'w' }, means: { en: 'The answer that was chosen (w for winner).', de: 'Die Antwort, die gewählt wurde (w wie winner).' }, curve: { stage: 'reward-model', metric: 'accuracy' } },
        rejected: { glyph: { base: 'y', sub: 'l' }, means: { en: 'The one that was not (l for loser). How many such pairs there are says the knob Labels.', de: 'Die andere (l wie loser). Wie viele solche Paare es gibt, sagt der Regler „Urteile“.' }, knob: { part: 'reward-model', name: 'labels' } },
      },
    },
  ],
  pages: [
    {
      id: 'pairs',
      title: { en: 'Nobody gives marks', de: 'Niemand gibt Noten' },
      blocks: [
        { kind: 'text', text: { en: 'Ask people how good an answer is from 1 to 10, and everybody means something else by 7. Ask which of two is better, and they can say. So what a machine hears of people’s taste is a heap of choices between pairs.', de: 'Frag Menschen, wie gut eine Antwort von 1 bis 10 ist, und alle meinen mit 7 etwas anderes. Frag, welche von zweien besser ist, und sie können es sagen. Was eine Maschine von unserem Geschmack hört, ist also ein Haufen Urteile über Paare.' } },
        { kind: 'formula', formula: 'bradley-terry' },
        { kind: 'look', at: { kind: 'stage', stage: 'reward-model' }, says: { en: 'The third stage learns the score.', de: 'Die dritte Stufe lernt die Bewertung.' } },
      ],
    },
    {
      id: 'hearing',
      title: { en: 'What it can hear', de: 'Was es hören kann' },
      blocks: [
        { kind: 'text', text: { en: 'Here the people are parents of the 1950s in the USA: of two names that answer the same prompt, one was given by somebody, the more often the more likely.', de: 'Die Menschen sind hier Eltern der 1950er in den USA: Von zwei Namen zum selben Prompt hat jemand einen vergeben, umso wahrscheinlicher, je häufiger er ist.' } },
        { kind: 'predict', claim: 'labels' },
        { kind: 'predict', claim: 'accuracy' },
        { kind: 'train', until: { stage: 'reward-model' }, says: { en: 'Train to the end of the reward model: three stages.', de: 'Trainiere bis zum Ende des Belohnungsmodells: drei Stufen.' } },
        { kind: 'check', claims: ['labels', 'accuracy'] },
        { kind: 'look', at: { kind: 'answers' }, says: { en: 'Answers with their score, before and after.', de: 'Antworten mit ihrer Bewertung, vorher und nachher.' } },
      ],
    },
  ],
  breakIt: {
    id: 'break',
    title: { en: 'Now break it', de: 'Jetzt mach es kaputt' },
    blocks: [
      { kind: 'set', says: { en: 'Let it hear 64 choices instead of 40,000.', de: 'Lass es 64 Urteile hören statt 40.000.' }, settings: ['reward-model.labels=64'], keeps: ['sft'] },
      { kind: 'look', at: { kind: 'knob', part: 'reward-model', name: 'labels' }, says: { en: 'The knob says of how many pairs it learns; 0 is all.', de: 'Der Regler sagt, aus wie vielen Paaren es lernt; 0 heißt aus allen.' } },
      { kind: 'predict', claim: 'few' },
      { kind: 'train', until: { stage: 'reward-model' }, says: { en: 'Train again. Look for accuracy on the pairs it learns from that climbs to 1, while on new names it does not.', de: 'Trainiere noch einmal. Achte darauf, wie es bei den gelernten Paaren auf 1 klettert, bei neuen Namen aber nicht.' } },
      { kind: 'look', at: { kind: 'chart', stage: 'reward-model', metric: 'accuracy' }, says: { en: 'Three curves: the pairs it learns from, new pairs of names it has met, new names.', de: 'Drei Kurven: gelernte Paare, neue Paare bekannter Namen, neue Namen.' } },
      { kind: 'check', claims: ['few'] },
    ],
  },
  questions: [
    { asks: { en: 'A model gives Linda 2 points and Opal 0. How often does it expect Linda to be chosen?', de: 'Ein Modell gibt Linda 2 Punkte und Opal 0. Wie oft erwartet es, dass Linda gewählt wird?' }, answer: { en: 'σ(2) = 1/(1 + e⁻²) = 0.88. With 12 and 10 points it would be the same: only the difference counts.', de: 'σ(2) = 1/(1 + e⁻²) = 0,88. Mit 12 und 10 Punkten wäre es dasselbe: Nur die Differenz zählt.' } },
    { asks: { en: 'Why is a reward model that is right on 100 % of new choices suspicious?', de: 'Warum ist ein Belohnungsmodell verdächtig, das bei 100 % neuer Urteile richtig liegt?' }, answer: { en: 'People disagree, so some choices cannot be foretold. 100 % means that new choices were not new, or not made by people.', de: 'Menschen sind uneinig, also sind manche Urteile nicht vorhersagbar. 100 % heißt: Die neuen Urteile waren nicht neu oder nicht von Menschen.' } },
    { asks: { en: 'What has the model heard of people who were never asked?', de: 'Was hat das Modell von Menschen gehört, die nie gefragt wurden?' }, answer: { en: 'Nothing. Its score is the taste of those who chose: here American parents of one decade. Change Decade and it will like other names.', de: 'Nichts. Seine Bewertung ist der Geschmack derer, die gewählt haben: hier US-Eltern eines Jahrzehnts. Mit einem anderen „Jahrzehnt“ mag es andere Namen.' } },
  ],
};
