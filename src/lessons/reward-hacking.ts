/** Reward hacking on purpose: pay a little for every letter and see what a policy makes of that; then pay for repeating. */
import type { Lesson } from './lesson';
import { SHORT_NAMES } from './short-names';

export const rewardHacking: Lesson = {
  id: 'reward-hacking',
  title: { en: 'Reward hacking, on purpose', de: 'Reward Hacking, mit Absicht' },
  learns: {
    en: 'how a policy gets paid for what nobody wanted, and by which curves one notices.',
    de: 'wie eine Policy sich für etwas bezahlen lässt, das niemand wollte, und an welchen Kurven man es merkt.',
  },
  minutes: 6,
  recipe: 'names-hacking',
  seed: 1,
  settings: [...SHORT_NAMES, 'reward-model.steps=60', 'reward-model.evaluateOn=128', 'ppo.steps=40', 'ppo.batchSize=64', 'ppo.evaluateOn=128', 'ppo.evaluateEvery=10', 'ppo.criticWarmup=5'],
  claims: [
    {
      id: 'paid',
      names: { en: 'Rise of what it is paid', de: 'Anstieg dessen, was sie verdient' },
      asks: { en: 'The policy gets the reward model’s score, and 0.3 more for every letter. What it is paid a name will', de: 'Die Policy bekommt die Bewertung des Belohnungsmodells und 0,3 mehr für jeden Buchstaben. Ihr Verdienst je Name wird' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'same', says: { en: 'hardly change: names are as long as names are', de: 'kaum anders: Namen sind so lang, wie Namen eben sind' }, if: { high: 0.3 } },
          { id: 'rise', says: { en: 'rise, and by much', de: 'steigen, und zwar kräftig' }, if: { low: 0.3 } },
        ],
      },
      measured: { of: { stage: 'ppo', metric: 'objective/scores', at: 'last' }, minus: { stage: 'ppo', metric: 'objective/scores', at: 'first' } },
      holds: { low: 0.3 },
      says: { en: 'By every measure that training looks at, this run is a success.', de: 'Nach allem, worauf das Training sieht, ist dieser Lauf ein Erfolg.' },
      field: { says: { en: 'Paying for length alone, with no reward model at all, reproduced most of what RLHF gains over supervised models.', de: 'Wer nur Länge belohnt, ganz ohne Belohnungsmodell, bekommt das meiste von dem, was RLHF gegenüber überwachten Modellen gewinnt.' }, source: 'Singhal et al. 2023, arXiv:2310.03716, abstract' },
    },
    {
      id: 'length',
      names: { en: 'Letters more a name', de: 'Buchstaben mehr je Name' },
      asks: { en: 'How many letters longer will its names be at the end?', de: 'Um wie viele Buchstaben sind ihre Namen am Ende länger?' },
      prediction: { kind: 'number', min: -5, max: 15, step: 0.5 },
      measured: { of: { stage: 'ppo', metric: 'samples/length', at: 'last' }, minus: { stage: 'ppo', metric: 'samples/length', at: 'first' } },
      holds: { low: 1 },
      says: { en: 'Length is the cheap way: another letter always pays, a better name only sometimes.', de: 'Länge ist der billige Weg: Noch ein Buchstabe zahlt sich immer aus, ein besserer Name nur manchmal.' },
      field: { says: { en: 'A model won 21.1 % of comparisons as judged, 15.4 % when length was taken out of the judgement.', de: 'Ein Modell gewann 21,1 % der Vergleiche; 15,4 %, wenn man die Länge herausrechnete.' }, source: 'Kim et al. 2024 (SPA), arXiv:2406.04412, AlpacaEval 2' },
    },
    {
      id: 'truth',
      names: { en: 'Change of the true reward', de: 'Änderung der wahren Belohnung' },
      asks: { en: 'The true reward counts how many children really got the name; 0 for what was never a name. It will', de: 'Die wahre Belohnung zählt, wie viele Kinder wirklich so heißen; 0 für etwas, das nie ein Name war. Sie wird' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'fall', says: { en: 'not rise, or fall', de: 'nicht steigen oder fallen' }, if: { high: 0.02 } },
          { id: 'rise', says: { en: 'rise with the pay', de: 'mit dem Verdienst steigen' }, if: { low: 0.02 } },
        ],
      },
      measured: { of: { stage: 'ppo', metric: 'gold/reward', at: 'last' }, minus: { stage: 'ppo', metric: 'gold/reward', at: 'first' } },
      holds: { high: 0.02 },
      says: { en: 'The pay climbs, the truth does not: that gap is the whole of reward hacking.', de: 'Der Verdienst klettert, die Wahrheit nicht: Diese Lücke ist alles, was Reward Hacking ausmacht.' },
      field: { says: { en: 'Against a proxy the true reward first rises, then falls: R = d(α − β log d), d being the root of the KL distance.', de: 'Gegen einen Stellvertreter steigt die wahre Belohnung erst und fällt dann: R = d(α − β log d), wobei d die Wurzel des KL-Abstands ist.' }, source: 'Gao, Schulman, Hilton 2022, arXiv:2210.10760' },
    },
    {
      id: 'repeats',
      names: { en: 'Rise of repetition', de: 'Anstieg der Wiederholungen' },
      asks: { en: 'Now it is paid 1 for every letter that stands in the name already. The share of an answer that repeats itself will', de: 'Jetzt bekommt sie 1 für jeden Buchstaben, der im Namen schon vorkam. Der Anteil einer Antwort, der sich wiederholt, wird' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'same', says: { en: 'stay small: it knows that names do not do that', de: 'klein bleiben: Sie weiß, dass Namen so nicht sind' }, if: { high: 0.05 } },
          { id: 'rise', says: { en: 'rise', de: 'steigen' }, if: { low: 0.05 } },
        ],
      },
      measured: { of: { stage: 'ppo', metric: 'samples/repetition', at: 'last' }, minus: { stage: 'ppo', metric: 'samples/repetition', at: 'first' } },
      holds: { low: 0.05 },
      says: { en: 'What is paid is done. It forgets what names are, since nobody pays for that.', de: 'Was bezahlt wird, wird getan. Was Namen sind, vergisst sie, denn dafür zahlt niemand.' },
      field: { says: { en: 'Boats that go round in circles for points, walkers that fall on purpose: some 60 examples of agents that did what was paid.', de: 'Boote, die für Punkte im Kreis fahren, Läufer, die sich absichtlich fallen lassen: rund 60 Beispiele von Agenten, die taten, was bezahlt wurde.' }, source: 'Krakovna et al. 2020, Specification gaming, DeepMind' },
    },
  ],
  formulas: [
    {
      id: 'pay',
      says: { en: 'The pay is the score r of x and y, plus lambda times n of y, minus beta times the KL distance.', de: 'Der Verdienst ist die Bewertung r von x und y, plus Lambda mal n von y, minus Beta mal dem KL-Abstand.' },
      maths: { row: [{ symbol: 'pay' }, '=', { symbol: 'r' }, '(', 'x', ',', 'y', ')', '+', { symbol: 'lambda' }, { symbol: 'n' }, '(', 'y', ')', '−', { symbol: 'beta' }, { symbol: 'kl' }] },
      symbols: {
        pay: { glyph: 'R', means: { en: 'What the policy is paid for a name.', de: 'Was die Policy für einen Namen bekommt.' }, curve: { stage: 'ppo', metric: 'objective/rlhf_reward' } },
        r: { glyph: 'r', means: { en: 'The reward model’s score. In the curve the bias is already in it.', de: 'Die Bewertung des Belohnungsmodells. In der Kurve ist die Zugabe schon enthalten.' }, knob: { part: 'reward-model', name: 'steps' }, curve: { stage: 'ppo', metric: 'objective/scores' } },
        lambda: { glyph: 'λ', means: { en: 'The bias: what each counted letter is worth. Nobody wants it; we put it there.', de: 'Die Zugabe: was jeder gezählte Buchstabe wert ist. Niemand will sie; wir haben sie hineingetan.' }, knob: { part: 'ppo', name: 'biasWeight' } },
        n: { glyph: 'n', means: { en: 'What is counted: all letters, or those that repeat.', de: 'Was gezählt wird: alle Buchstaben oder die wiederholten.' }, knob: { part: 'ppo', name: 'biasFeature' }, curve: { stage: 'ppo', metric: 'samples/length' } },
        beta: { glyph: 'β', means: { en: 'The price of leaving the reference. With λ large it is not enough.', de: 'Der Preis dafür, die Referenz zu verlassen. Ist λ groß, reicht er nicht.' }, knob: { part: 'ppo', name: 'klCoef' } },
        kl: { glyph: { name: 'KL' }, means: { en: 'The distance from the reference.', de: 'Der Abstand von der Referenz.' }, curve: { stage: 'ppo', metric: 'objective/kl' } },
      },
    },
  ],
  pages: [
    {
      id: 'wish',
      title: { en: 'Be careful what you pay for', de: 'Pass auf, wofür du bezahlst' },
      blocks: [
        { kind: 'text', text: { en: 'Pay a cleaner for every bag of rubbish, and bags will be half empty. A policy is the same, only quicker: it finds whatever raises its pay, and knows of no other wish.', de: 'Bezahl eine Reinigungskraft je Müllsack, und die Säcke werden halb leer sein. Eine Policy ist genauso, nur schneller: Sie findet alles, was ihren Verdienst erhöht, und kennt keinen anderen Wunsch.' } },
        { kind: 'formula', formula: 'pay' },
        { kind: 'look', at: { kind: 'knob', part: 'ppo', name: 'biasWeight' }, says: { en: 'The mistake that we build in, λ = 0.3.', de: 'Der Fehler, den wir einbauen, λ = 0,3.' } },
      ],
    },
    {
      id: 'hacking',
      title: { en: 'A great success', de: 'Ein großer Erfolg' },
      blocks: [
        { kind: 'predict', claim: 'paid' },
        { kind: 'predict', claim: 'length' },
        { kind: 'predict', claim: 'truth' },
        { kind: 'train', until: { stage: 'ppo' }, says: { en: 'Train to the end.', de: 'Trainiere bis zum Ende.' } },
        { kind: 'look', at: { kind: 'answers' }, says: { en: 'Read the names before you read the curves.', de: 'Lies die Namen, bevor du die Kurven liest.' } },
        { kind: 'look', at: { kind: 'chart', stage: 'ppo', metric: 'samples/length' }, says: { en: 'The curve that gives it away.', de: 'Die Kurve, die es verrät.' } },
        { kind: 'check', claims: ['paid', 'length', 'truth'] },
      ],
    },
  ],
  breakIt: {
    id: 'break',
    title: { en: 'Now break it', de: 'Jetzt mach es kaputt' },
    blocks: [
      { kind: 'set', says: { en: 'Pay for repeating instead, and more: λ = 1.', de: 'Bezahle stattdessen Wiederholungen, und mehr: λ = 1.' }, settings: ['ppo.biasFeature=repetition', 'ppo.biasWeight=1'], keeps: ['sft', 'reward-model'] },
      { kind: 'predict', claim: 'repeats' },
      { kind: 'train', until: { stage: 'ppo' }, says: { en: 'Train PPO again. Look for answers of one or two letters over and over, and for those that never end.', de: 'Trainiere PPO noch einmal. Achte auf Antworten aus ein, zwei Buchstaben immer wieder und auf solche, die nie enden.' } },
      { kind: 'look', at: { kind: 'chart', stage: 'ppo', metric: 'samples/eos_rate' }, says: { en: 'Answers that end, and repetition beside them.', de: 'Antworten, die enden, und daneben die Wiederholungen.' } },
      { kind: 'check', claims: ['repeats'] },
    ],
  },
  questions: [
    { asks: { en: 'You see only the curve of what a policy is paid, and it climbs. What do you know?', de: 'Du siehst nur die Kurve dessen, was eine Policy verdient, und sie klettert. Was weißt du?' }, answer: { en: 'That it gets better at getting paid. Whether that is what was wanted needs a measure that is not paid.', de: 'Dass sie besser darin wird, bezahlt zu werden. Ob das gewollt war, zeigt nur ein Maß, das nicht bezahlt wird.' } },
    { asks: { en: 'Name three ways to make this hack harder.', de: 'Nenne drei Wege, diesen Trick zu erschweren.' }, answer: { en: 'A larger KL coefficient, stopping early, a penalty for length or for answers that do not end, a better reward model, several of them of which the lowest counts.', de: 'Größerer KL-Koeffizient, früher aufhören, Strafe für Länge oder nicht endende Antworten, ein besseres Belohnungsmodell, mehrere, von denen das strengste zählt.' } },
    { asks: { en: 'Where do people behave like this policy?', de: 'Wo verhalten sich Menschen wie diese Policy?' }, answer: { en: 'Wherever a measure becomes a goal (Goodhart’s law): learning for the test, clicks instead of news.', de: 'Überall, wo ein Maß zum Ziel wird (Goodharts Gesetz): Lernen für die Prüfung, Klicks statt Nachrichten.' } },
  ],
};
