/** Whose preferences: people whose tastes differ label the same stories; what one of them says, what all say together, and what a shared bias does. */
import type { Lesson } from './lesson';

export const raters: Lesson = {
  id: 'raters',
  title: { en: 'Whose preferences?', de: 'Wessen Vorlieben?' },
  learns: {
    en: 'what disagreement among raters does to labels, what a vote mends, and what it cannot mend.',
    de: 'was Uneinigkeit unter Urteilenden mit den Urteilen macht, was eine Abstimmung heilt und was nicht.',
  },
  minutes: 5,
  recipe: 'stories-ppo',
  seed: 1,
  settings: [
    'task.disagreement=1', 'task.pairs=1000', 'base.evaluateOn=16', 'sft.steps=4', 'sft.batchSize=16', 'sft.evaluateOn=16', 'sft.evaluateEvery=100',
    'reward-model.steps=6', 'reward-model.batchSize=32', 'reward-model.evaluateOn=64', 'reward-model.evaluateEvery=100', 'ppo.steps=12', 'ppo.batchSize=16', 'ppo.evaluateOn=16',
  ],
  claims: [
    {
      id: 'one',
      names: { en: 'Labels that agree with the community, one rater', de: 'Urteile, die der Gemeinschaft entsprechen, eine Person' },
      asks: { en: 'Twelve raters, each with a taste of their own around the community’s. Each pair goes to one of them. Which share of the labels is as the community would have it? (0.5 is a coin.)', de: 'Zwölf Urteilende, alle mit eigenem Geschmack rund um den der Gemeinschaft. Jedes Paar geht an eine Person. Welcher Anteil der Urteile ist so, wie die Gemeinschaft es sähe? (0,5 ist eine Münze.)' },
      prediction: { kind: 'number', min: 0, max: 1, step: 0.01 },
      measured: { of: { stage: 'reward-model', metric: 'label_accuracy', at: 'last' } },
      holds: { low: 0.55, high: 0.85 },
      says: { en: 'Far from all, and nobody made a mistake: they like other stories.', de: 'Längst nicht alle, und niemand hat sich geirrt: Sie mögen andere Geschichten.' },
      field: { says: { en: 'InstructGPT’s raters agreed with each other on 72.6 % of the pairs.', de: 'InstructGPTs Urteilende waren sich bei 72,6 % der Paare einig.' }, source: 'Ouyang et al. 2022, arXiv:2203.02155, section 3.4' },
    },
    {
      id: 'all',
      names: { en: 'Labels that agree with the community, votes of twelve', de: 'Urteile, die der Gemeinschaft entsprechen, Abstimmung von zwölf' },
      asks: { en: 'Now all twelve vote on each pair. The share will be', de: 'Jetzt stimmen alle zwölf über jedes Paar ab. Der Anteil wird' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'same', says: { en: 'the same: twelve opinions instead of one', de: 'gleich: zwölf Meinungen statt einer' }, if: { high: { claim: 'one' } } },
          { id: 'higher', says: { en: 'higher: tastes that differ cancel out', de: 'größer: Verschiedene Geschmäcker heben sich auf' }, if: { low: { claim: 'one' } } },
        ],
      },
      measured: { of: { stage: 'reward-model', metric: 'label_accuracy', at: 'last' } },
      holds: { low: { claim: 'one' } },
      says: { en: 'Higher, for twelve times the work: what is particular to each cancels out, what they share stays.', de: 'Größer, für die zwölffache Arbeit: Was jedem eigen ist, hebt sich auf, was sie teilen, bleibt.' },
      field: { says: { en: 'Several non-experts together labelled texts as well as an expert; on average four were enough.', de: 'Beim Beschriften von Texten waren mehrere Laien zusammen so gut wie eine Fachperson; im Mittel genügten vier.' }, source: 'Snow et al. 2008, Cheap and Fast – But is it Good?, EMNLP, abstract' },
    },
    {
      id: 'kappa',
      names: { en: 'Agreement beyond chance (Fleiss’ κ)', de: 'Einigkeit über den Zufall hinaus (Fleiss’ κ)' },
      asks: { en: 'κ is 1 where all twelve always agree and 0 where they agree as coins do. Here it is', de: 'κ ist 1, wenn alle zwölf immer einig sind, und 0, wenn sie so einig sind wie Münzen. Hier ist es' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'high', says: { en: 'above 0.6: they speak of the same stories after all', de: 'über 0,6: Sie sprechen doch von denselben Geschichten' }, if: { low: 0.6 } },
          { id: 'low', says: { en: 'below 0.6', de: 'unter 0,6' }, if: { high: 0.6 } },
        ],
      },
      measured: { of: { stage: 'reward-model', metric: 'label_kappa', at: 'last' } },
      holds: { low: 0, high: 0.6 },
      says: { en: 'Low: a majority is often seven against five. The label keeps the seven and forgets the five.', de: 'Klein: Eine Mehrheit ist oft sieben gegen fünf. Das Urteil behält die sieben und vergisst die fünf.' },
      field: { says: { en: '0 to 0.2 is called slight, 0.2 to 0.4 fair, above 0.6 substantial.', de: '0 bis 0,2 heißt gering, 0,2 bis 0,4 mäßig, über 0,6 deutlich.' }, source: 'Landis and Koch 1977' },
    },
    {
      id: 'bias',
      names: { en: 'Labels that agree, when all prefer what is shown first', de: 'Urteile, die entsprechen, wenn alle das zuerst Gezeigte vorziehen' },
      asks: { en: 'Now all twelve like the story better that is shown first, and strongly. Their vote', de: 'Jetzt mögen alle zwölf die Geschichte mehr, die zuerst gezeigt wird, und zwar sehr. Ihre Abstimmung' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'not', says: { en: 'does not mend it', de: 'heilt das nicht' }, if: { high: { claim: 'all' } } },
          { id: 'mends', says: { en: 'mends that too', de: 'heilt auch das' }, if: { low: { claim: 'all' } } },
        ],
      },
      measured: { of: { stage: 'reward-model', metric: 'label_accuracy', at: 'last' } },
      holds: { high: { claim: 'all' } },
      says: { en: 'A vote cancels what differs. What everybody gets wrong in the same way it makes only surer.', de: 'Eine Abstimmung hebt auf, was verschieden ist. Was alle auf dieselbe Weise falsch machen, macht sie nur sicherer.' },
      field: { says: { en: 'A language model as a judge kept its verdict in 65 % of cases when the two answers changed places.', de: 'Ein Sprachmodell als Richter blieb nur in 65 % der Fälle bei seinem Urteil, wenn die zwei Antworten die Plätze tauschten.' }, source: 'Zheng et al. 2023 (MT-Bench), arXiv:2306.05685, table 2, GPT-4' },
    },
  ],
  formulas: [
    {
      id: 'choice',
      says: { en: 'The probability that a rater prefers a to b is sigma of w dot a minus b plus bias, over tau.', de: 'Die Wahrscheinlichkeit, dass jemand a vor b vorzieht, ist Sigma aus w mal a minus b plus Bias, durch Tau.' },
      maths: { row: ['P', '(', 'a', '≻', 'b', ')', '=', 'σ', '(', { over: [{ row: [{ symbol: 'w' }, '·', '(', { symbol: 'f' }, '(', 'a', ')', '−', { symbol: 'f' }, '(', 'b', ')', ')', '+', { symbol: 'bias' }] }, { symbol: 'tau' }] }, ')'] },
      symbols: {
        w: { glyph: { base: 'w', sub: 'i' }, means: { en: 'What rater i values: mood, length, politeness, theme, rhyme. The knob says how far these weights lie from the community’s.', de: 'Was Person i schätzt: Stimmung, Länge, Höflichkeit, Thema, Reim. Der Regler sagt, wie weit diese Gewichte von denen der Gemeinschaft abweichen.' }, knob: { part: 'task', name: 'disagreement' } },
        f: { glyph: 'f', means: { en: 'What a story is like, in numbers.', de: 'Wie eine Geschichte ist, in Zahlen.' } },
        bias: { glyph: 'b', means: { en: 'What all give to one side besides its worth.', de: 'Was alle einer Seite geben, unabhängig von ihrem Wert.' }, knob: { part: 'task', name: 'bias' } },
        tau: { glyph: 'τ', means: { en: 'Noise: the larger, the more a choice is like a throw of a coin.', de: 'Rauschen: je größer, desto mehr gleicht eine Wahl einem Münzwurf.' }, knob: { part: 'task', name: 'raterNoise' }, curve: { stage: 'reward-model', metric: 'accuracy' } },
      },
    },
  ],
  pages: [
    {
      id: 'people',
      title: { en: 'Twelve people', de: 'Zwölf Leute' },
      blocks: [
        { kind: 'text', text: { en: 'People’s preferences sounds as if there were one people. Who was asked, how many about each pair, and what becomes of the minority, all that is decided before a model hears anything.', de: '„Menschliche Vorlieben“ klingt, als gäbe es nur einen Menschen. Wer gefragt wurde, wie viele zu jedem Paar und was aus der Minderheit wird, ist alles entschieden, bevor ein Modell etwas hört.' } },
        { kind: 'text', text: { en: 'Here the raters are simulated, so that we know what each of them likes, and what the community as a whole does.', de: 'Die Urteilenden sind hier simuliert. So wissen wir, was jede Person mag und was die Gemeinschaft als Ganzes mag.' } },
        { kind: 'formula', formula: 'choice' },
      ],
    },
    {
      id: 'one',
      title: { en: 'One of them is asked', de: 'Eine Person wird gefragt' },
      blocks: [
        { kind: 'predict', claim: 'one' },
        { kind: 'train', until: { stage: 'reward-model' }, says: { en: 'Train to the end of the reward model; the model that tells stories comes with the page.', de: 'Trainiere bis zum Ende des Belohnungsmodells; das Modell, das Geschichten erzählt, bringt die Seite mit.' } },
        { kind: 'check', claims: ['one'] },
      ],
    },
    {
      id: 'all',
      title: { en: 'All twelve vote', de: 'Alle zwölf stimmen ab' },
      blocks: [
        { kind: 'set', says: { en: 'Twelve raters a pair, the majority decides.', de: 'Zwölf Urteilende je Paar, die Mehrheit entscheidet.' }, settings: ['task.raters=12'], keeps: [] },
        { kind: 'look', at: { kind: 'knob', part: 'task', name: 'raters' }, says: { en: 'The knob stands under Task.', de: 'Der Regler steht unter „Aufgabe“.' } },
        { kind: 'predict', claim: 'all' },
        { kind: 'predict', claim: 'kappa' },
        { kind: 'train', until: { stage: 'reward-model' }, says: { en: 'Train again, with their votes.', de: 'Trainiere noch einmal, mit ihren Stimmen.' } },
        { kind: 'check', claims: ['all', 'kappa'] },
      ],
    },
  ],
  breakIt: {
    id: 'break',
    title: { en: 'Now break it', de: 'Jetzt mach es kaputt' },
    blocks: [
      { kind: 'set', says: { en: 'Give all of them the same bad habit.', de: 'Gib allen dieselbe schlechte Angewohnheit.' }, settings: ['task.raters=12', 'task.bias=1', 'task.biasToward=first'], keeps: [] },
      { kind: 'predict', claim: 'bias' },
      { kind: 'train', until: { stage: 'reward-model' }, says: { en: 'Train again. Look for labels that are little better than a coin, though twelve people voted on them.', de: 'Trainiere noch einmal. Achte auf Urteile, die kaum besser als eine Münze sind, obwohl zwölf Leute abgestimmt haben.' } },
      { kind: 'look', at: { kind: 'chart', stage: 'reward-model', metric: 'accuracy' }, says: { en: 'And what a reward model can learn from such labels.', de: 'Und was ein Belohnungsmodell aus solchen Urteilen lernen kann.' } },
      { kind: 'check', claims: ['bias'] },
    ],
  },
  questions: [
    { asks: { en: 'Each of five raters is right with probability 0.7, independently. How often is their majority right?', de: 'Fünf Personen liegen unabhängig voneinander je mit Wahrscheinlichkeit 0,7 richtig. Wie oft hat ihre Mehrheit recht?' }, answer: { en: '10·0.7³·0.3² + 5·0.7⁴·0.3 + 0.7⁵ = 0.837.', de: '10·0,7³·0,3² + 5·0,7⁴·0,3 + 0,7⁵ = 0,837.' } },
    { asks: { en: 'A third of all people like gloomy stories, two thirds cheerful ones. What does a model learn from majority votes, and what would you do?', de: 'Ein Drittel mag düstere Geschichten, zwei Drittel heitere. Was lernt ein Modell aus Mehrheitsentscheiden, und was würdest du tun?' }, answer: { en: 'Cheerful always; the third is never heard. Keep the shares instead of the majority, or learn one taste for each community and say whose is asked for.', de: 'Immer heiter; das Drittel kommt nie zu Wort. Anteile behalten statt der Mehrheit oder je Gemeinschaft einen Geschmack lernen und sagen, wessen gefragt ist.' } },
    { asks: { en: 'How could you find out that your raters prefer whatever stands first?', de: 'Wie fändest du heraus, dass deine Urteilenden vorziehen, was zuerst steht?' }, answer: { en: 'Draw the order by chance and count how often the first is chosen; or show the same pair twice, turned round.', de: 'Die Reihenfolge auslosen und zählen, wie oft das Erste gewählt wird; oder dasselbe Paar zweimal zeigen, einmal umgedreht.' } },
  ],
};
