/** PPO and why KL: the policy tries answers of its own and follows the score; the penalty for leaving the reference is what keeps the score worth following. */
import type { Lesson } from './lesson';
import { SHORT_NAMES } from './short-names';

export const ppo: Lesson = {
  id: 'ppo',
  title: { en: 'PPO, and why KL', de: 'PPO und wozu KL' },
  learns: {
    en: 'how a policy follows a score by trying, and what the KL penalty buys and costs.',
    de: 'wie eine Policy durch Probieren einer Bewertung folgt und was die KL-Strafe bringt und kostet.',
  },
  minutes: 6,
  recipe: 'names-ppo',
  seed: 1,
  settings: [...SHORT_NAMES, 'reward-model.steps=120', 'reward-model.evaluateOn=128', 'ppo.steps=30', 'ppo.batchSize=64', 'ppo.evaluateOn=256', 'ppo.klCoef=0.2', 'ppo.criticWarmup=5'],
  claims: [
    {
      id: 'score',
      names: { en: 'Rise of the reward model’s score', de: 'Anstieg der Bewertung des Belohnungsmodells' },
      asks: { en: 'Thirty times the policy writes 64 names, hears their scores, and makes good ones likelier. The mean score will', de: 'Dreißigmal schreibt die Policy 64 Namen, hört ihre Punkte und macht die guten wahrscheinlicher. Die mittlere Bewertung wird' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'rise', says: { en: 'rise', de: 'steigen' }, if: { low: 0.05 } },
          { id: 'same', says: { en: 'stay: nobody shows it better names', de: 'bleiben: Niemand zeigt ihr bessere Namen' }, if: { low: -0.05, high: 0.05 } },
          { id: 'fall', says: { en: 'fall: trying costs', de: 'fallen: Probieren kostet' }, if: { high: -0.05 } },
        ],
      },
      measured: { of: { stage: 'ppo', metric: 'objective/scores', at: 'last' }, minus: { stage: 'ppo', metric: 'objective/scores', at: 'first' } },
      holds: { low: 0.05 },
      says: { en: 'It rises, from its own tries alone. Whether names are truly better is another question: look at objective/gold beside it.', de: 'Sie steigt, allein aus eigenen Versuchen. Ob die Namen wirklich besser sind, ist eine andere Frage: Sieh dir objective/gold daneben an.' },
      field: {
        says: { en: 'Summaries of a model trained so were preferred to people’s own in 61 % of cases, those of a ten times larger model without it in 43 %.', de: 'Zusammenfassungen eines so trainierten Modells wurden in 61 % der Fälle denen von Menschen vorgezogen, die eines zehnmal größeren ohne das in 43 %.' },
        source: 'Stiennon et al. 2020, arXiv:2009.01325, section 1',
      },
    },
    {
      id: 'kl',
      names: { en: 'Distance from the reference', de: 'Abstand von der Referenz' },
      asks: { en: 'How far from the reference will it be then, in nats a name?', de: 'Wie weit von der Referenz ist sie dann weg, in nats je Name?' },
      prediction: { kind: 'number', min: 0, max: 30, step: 0.1 },
      measured: { of: { stage: 'ppo', metric: 'objective/kl', at: 'last' } },
      holds: { low: 0.02, high: 6 },
      says: { en: 'A few nats at most: going away is taken off the score, so it goes where a nat buys most.', de: 'Höchstens ein paar nats: Weggehen wird von der Bewertung abgezogen, also geht sie dorthin, wo ein nat am meisten bringt.' },
      field: { says: { en: 'An early paper of OpenAI’s steered the penalty so that the distance stays at 6 nats.', de: 'Ein früher Artikel von OpenAI steuerte die Strafe so, dass der Abstand bei 6 nats bleibt.' }, source: 'Ziegler et al. 2019, arXiv:1909.08593, section 2.2; target in openai/lm-human-preferences' },
    },
    {
      id: 'free',
      names: { en: 'Distance without the penalty', de: 'Abstand ohne die Strafe' },
      asks: { en: 'With the KL coefficient at 0 the distance will be', de: 'Mit dem KL-Koeffizienten 0 ist der Abstand' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'same', says: { en: 'no larger: it stops when names are good', de: 'nicht größer: Sie hört auf, wenn die Namen gut sind' }, if: { high: { claim: 'kl' } } },
          { id: 'larger', says: { en: 'larger: nothing holds it', de: 'größer: Nichts hält sie' }, if: { low: { claim: 'kl' } } },
        ],
      },
      measured: { of: { stage: 'ppo', metric: 'objective/kl', at: 'last' } },
      holds: { low: { claim: 'kl' } },
      says: { en: 'Larger, after as many steps, and it would go on. Where the reward model has never looked, its score is a guess.', de: 'Größer, nach ebenso vielen Schritten, und es ginge weiter. Wo das Belohnungsmodell nie hingesehen hat, ist seine Bewertung geraten.' },
      field: { says: { en: 'A KL penalty raised the score at each distance but not the true reward: it worked like stopping early.', de: 'Eine KL-Strafe hob die Bewertung bei jedem Abstand, nicht aber die wahre Belohnung: Sie wirkte wie frühes Aufhören.' }, source: 'Gao, Schulman, Hilton 2022, arXiv:2210.10760' },
    },
  ],
  formulas: [
    {
      id: 'objective',
      says: { en: 'The reward R of x and y is the score r of x and y minus beta times the logarithm of pi of y over ref of y.', de: 'Die Belohnung R von x und y ist die Bewertung r von x und y minus Beta mal dem Logarithmus von pi von y durch ref von y.' },
      maths: { row: [{ symbol: 'R' }, '=', { symbol: 'r' }, '(', 'x', ',', { symbol: 'y' }, ')', '−', { symbol: 'beta' }, { symbol: 'kl' }, { over: [{ row: [{ symbol: 'pi' }, '(', 'y', ')'] }, { row: [{ symbol: 'ref' }, '(', 'y', ')'] }] }] },
      symbols: {
        R: { glyph: 'R', means: { en: 'What PPO really makes large: the score less what going away costs.', de: 'Was PPO wirklich groß macht: die Bewertung abzüglich dessen, was Weggehen kostet.' }, knob: { part: 'ppo', name: 'steps' }, curve: { stage: 'ppo', metric: 'objective/rlhf_reward' } },
        r: { glyph: 'r', means: { en: 'The reward model’s score of the whole name y as an answer to x. It is a proxy: the true reward is the gold curve beside it.', de: 'Die Bewertung des Belohnungsmodells für den ganzen Namen y als Antwort auf x. Sie ist ein Stellvertreter: Die wahre Belohnung ist die Gold-Kurve daneben.' }, knob: { part: 'reward-model', name: 'steps' }, curve: { stage: 'ppo', metric: 'objective/scores' } },
        y: { glyph: 'y', means: { en: 'A name that the policy wrote itself, by its own dice. How many at each step says the batch size.', de: 'Ein Name, den die Policy selbst geschrieben, also ausgewürfelt hat. Wie viele je Schritt es sind, sagt die Batch-Größe.' }, knob: { part: 'ppo', name: 'batchSize' }, curve: { stage: 'ppo', metric: 'samples/length' } },
        beta: { glyph: 'β', means: { en: 'The KL coefficient: the price of a nat. At 0 going away is free.', de: 'Der KL-Koeffizient: der Preis eines nats. Bei 0 ist Weggehen gratis.' }, knob: { part: 'ppo', name: 'klCoef' } },
        kl: { glyph: { name: 'log' }, means: { en: 'The logarithm of how much likelier the name has become. Its mean over the policy’s own names is the KL distance.', de: 'Der Logarithmus davon, wie viel wahrscheinlicher der Name geworden ist. Sein Mittel über die eigenen Namen der Policy ist der KL-Abstand.' }, curve: { stage: 'ppo', metric: 'objective/kl' } },
        pi: { glyph: 'π', means: { en: 'The policy, as it is now. The clip range limits how far one update may take it.', de: 'Die Policy, wie sie jetzt ist. „Clip-Bereich“ begrenzt, wie weit ein Update sie bringen darf.' }, knob: { part: 'ppo', name: 'clipRange' }, curve: { stage: 'ppo', metric: 'policy/clipfrac_avg' } },
        ref: { glyph: { name: 'ref' }, means: { en: 'The reference: the policy at its start, frozen. It still knows how names are spelled.', de: 'Die Referenz: die Policy vom Anfang, eingefroren. Sie weiß noch, wie man Namen schreibt.' } },
      },
    },
  ],
  pages: [
    {
      id: 'trying',
      title: { en: 'Trying and hearing', de: 'Probieren und hören' },
      blocks: [
        { kind: 'text', text: { en: 'In the stages before, somebody showed the model names. Now nobody does. It writes some, a reward model scores them, and what scored above expectation becomes likelier. Expectation is the work of a second model, the critic.', de: 'In den Stufen davor zeigte jemand dem Modell Namen. Jetzt nicht mehr. Es schreibt selbst welche, ein Belohnungsmodell gibt Punkte, und was mehr bekam als erwartet, wird wahrscheinlicher. Das Erwarten übernimmt ein zweites Modell, der Kritiker.' } },
        { kind: 'formula', formula: 'objective' },
        { kind: 'look', at: { kind: 'knob', part: 'ppo', name: 'klCoef' }, says: { en: 'The price of going away.', de: 'Der Preis des Weggehens.' } },
      ],
    },
    {
      id: 'held',
      title: { en: 'On a rope', de: 'Am Seil' },
      blocks: [
        { kind: 'predict', claim: 'score' },
        { kind: 'predict', claim: 'kl' },
        { kind: 'train', until: { stage: 'ppo' }, says: { en: 'Train all four stages.', de: 'Trainiere alle vier Stufen.' } },
        { kind: 'look', at: { kind: 'chart', stage: 'ppo', metric: 'objective/scores' }, says: { en: 'The score, and the truth beside it.', de: 'Die Bewertung und daneben die Wahrheit.' } },
        { kind: 'look', at: { kind: 'answers' }, says: { en: 'Names before and now, tinted where they became likelier.', de: 'Namen vorher und jetzt, gefärbt, wo sie wahrscheinlicher wurden.' } },
        { kind: 'check', claims: ['score', 'kl'] },
      ],
    },
  ],
  breakIt: {
    id: 'break',
    title: { en: 'Now break it', de: 'Jetzt mach es kaputt' },
    blocks: [
      { kind: 'set', says: { en: 'Cut the rope: the KL coefficient to 0.', de: 'Schneide das Seil durch: KL-Koeffizient auf 0.' }, settings: ['ppo.klCoef=0'], keeps: ['sft', 'reward-model'] },
      { kind: 'predict', claim: 'free' },
      { kind: 'train', until: { stage: 'ppo' }, says: { en: 'Train PPO again, from the same reward model. Look for a score that climbs while answers grow alike.', de: 'Trainiere PPO noch einmal, mit demselben Belohnungsmodell. Achte auf eine Bewertung, die klettert, während die Antworten einander gleichen.' } },
      { kind: 'look', at: { kind: 'chart', stage: 'ppo', metric: 'objective/kl' }, says: { en: 'The distance.', de: 'Der Abstand.' } },
      { kind: 'check', claims: ['free'] },
    ],
  },
  questions: [
    { asks: { en: 'A name scores 1.5 and has become e² times as likely. What is R with β = 0.2? With β = 1?', de: 'Ein Name bekommt 1,5 Punkte und ist e²-mal so wahrscheinlich geworden. Wie groß ist R mit β = 0,2? Mit β = 1?' }, answer: { en: '1.5 − 0.2 · 2 = 1.1; with β = 1 it is −0.5: not worth it.', de: '1,5 − 0,2 · 2 = 1,1; mit β = 1 ist es −0,5: Es lohnt sich nicht.' } },
    { asks: { en: 'Why not simply take β = 10, to be safe?', de: 'Warum nicht einfach β = 10, zur Sicherheit?' }, answer: { en: 'Then hardly any score pays for going away: the policy stays the reference and learns nothing.', de: 'Dann lohnt sich Weggehen für fast keine Bewertung: Die Policy bleibt die Referenz und lernt nichts.' } },
    { asks: { en: 'The score has doubled. Name two things you would look at before you are glad.', de: 'Die Bewertung hat sich verdoppelt. Nenne zwei Dinge, die du dir ansiehst, bevor du dich freust.' }, answer: { en: 'The answers themselves, and anything not used for training: true reward, share of real names, how different answers are, length, KL.', de: 'Die Antworten selbst und alles, wonach nicht trainiert wurde: wahre Belohnung, Anteil echter Namen, Vielfalt, Länge, KL.' } },
  ],
};
