/** Best of n and the frontier: choosing among answers instead of training, what that can reach at most, and when there is nothing to choose. */
import type { Lesson } from './lesson';
import { SHORT_NAMES } from './short-names';

export const bestOfN: Lesson = {
  id: 'best-of-n',
  title: { en: 'Best of n, and the frontier', de: 'Der Beste aus n und die Grenze' },
  learns: {
    en: 'how far choosing among answers goes without training, how to count its distance, and why the reward model is the limit.',
    de: 'wie weit man ohne Training kommt, wenn man unter Antworten wählt, wie man den Abstand zählt und warum das Belohnungsmodell die Grenze ist.',
  },
  minutes: 5,
  recipe: 'names-best-of-n',
  seed: 1,
  settings: [...SHORT_NAMES, 'reward-model.steps=120', 'reward-model.evaluateOn=128', 'best-of-n.steps=16', 'best-of-n.evaluateOn=512'],
  claims: [
    {
      id: 'distance',
      names: { en: 'Distance of the best of 16', de: 'Abstand des Besten aus 16' },
      asks: { en: 'Of 16 names the best-scored is given. The bound on the distance is log n − (n−1)/n. What is that for n = 16, in nats?', de: 'Von 16 Namen wird der mit den meisten Punkten gegeben. Die Schranke für den Abstand ist log n − (n−1)/n. Wie viel nats sind das für n = 16?' },
      prediction: { kind: 'number', min: 0, max: 20, step: 0.01 },
      measured: { of: { stage: 'best-of-n', metric: 'objective/kl', at: 'last' } },
      holds: { low: 1.8, high: 1.87 },
      says: { en: 'ln 16 − 15/16 = 1.84, whatever the model. Sixteen times the work, less than two nats.', de: 'ln 16 − 15/16 = 1,84, bei jedem Modell. Sechzehnfache Arbeit, nicht einmal zwei nats.' },
      field: { says: { en: '1.835 nats for n = 16, 3.175 for n = 64: an upper bound, often quoted as if it were exact.', de: '1,835 nats für n = 16, 3,175 für n = 64: eine obere Schranke, oft zitiert, als wäre sie genau.' }, source: 'Stiennon et al. 2020, arXiv:2009.01325; Beirami et al. 2024, arXiv:2401.01879' },
    },
    {
      id: 'gain',
      names: { en: 'Rise of the score, n from 1 to 16', de: 'Anstieg der Bewertung, n von 1 bis 16' },
      asks: { en: 'Nothing is trained. From one answer to the best of 16 the mean score will', de: 'Trainiert wird nichts. Von einer Antwort bis zum Besten aus 16 wird die mittlere Bewertung' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'same', says: { en: 'stay: the model is the same', de: 'bleiben: Das Modell ist dasselbe' }, if: { high: 0.05 } },
          { id: 'rise', says: { en: 'rise', de: 'steigen' }, if: { low: 0.05 } },
        ],
      },
      measured: { of: { stage: 'best-of-n', metric: 'objective/scores', at: 'last' }, minus: { stage: 'best-of-n', metric: 'objective/scores', at: 'first' } },
      holds: { low: 0.05 },
      says: { en: 'It rises, steeply at first, then more and more slowly: the best of 16 is not much above the best of 8.', de: 'Sie steigt, erst steil, dann immer langsamer: Der Beste aus 16 liegt kaum über dem Besten aus 8.' },
      field: { says: { en: 'WebGPT’s best model gave the best of 64 answers; people preferred it to other people’s answers in 56 % of cases.', de: 'WebGPTs bestes Modell gab die beste von 64 Antworten; Menschen zogen sie in 56 % der Fälle den Antworten anderer Menschen vor.' }, source: 'Nakano et al. 2021, arXiv:2112.09332, abstract' },
    },
    {
      id: 'gap',
      names: { en: 'What a perfect judge would win more', de: 'Was ein perfekter Richter mehr gewänne' },
      asks: { en: 'Choosing by the true reward, the same 16 names would win more often than chosen by the reward model,', de: 'Nach der wahren Belohnung gewählt, gewännen dieselben 16 Namen öfter als vom Belohnungsmodell gewählt,' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'much', says: { en: 'by more than that', de: 'um mehr als das' }, if: { low: 0.05 } },
          { id: 'little', says: { en: 'by less than 5 points in 100', de: 'um weniger als 5 von 100' }, if: { high: 0.05 } },
        ],
      },
      measured: { of: { stage: 'best-of-n', metric: 'gold/ceiling_win_rate', at: 'last' }, minus: { stage: 'best-of-n', metric: 'gold/win_rate', at: 'last' } },
      holds: { low: 0.05 },
      says: { en: 'Good names are among the 16; the judge does not see which. A better judge would help more than a larger n.', de: 'Gute Namen sind unter den 16; der Richter sieht nicht, welche. Ein besserer Richter hülfe mehr als ein größeres n.' },
      field: { says: { en: 'Chosen by a learned judge the true reward rises and then falls with distance: R = d(α − βd), d the root of the KL distance.', de: 'Wählt ein gelernter Richter, steigt die wahre Belohnung mit dem Abstand und fällt dann: R = d(α − βd), d die Wurzel des KL-Abstands.' }, source: 'Gao, Schulman, Hilton 2022, arXiv:2210.10760' },
    },
    {
      id: 'cold',
      names: { en: 'Rise of the score at temperature 0.1', de: 'Anstieg der Bewertung bei Temperatur 0,1' },
      asks: { en: 'At temperature 0.1 the model nearly always says its likeliest name. Choosing among 16 will then raise the score', de: 'Bei Temperatur 0,1 sagt das Modell fast immer seinen wahrscheinlichsten Namen. Wählen unter 16 hebt die Bewertung dann' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'less', says: { en: 'less: there is little to choose from', de: 'weniger: Es gibt wenig zu wählen' }, if: { high: { claim: 'gain' } } },
          { id: 'more', says: { en: 'more: its likeliest names are its best', de: 'mehr: Seine wahrscheinlichsten Namen sind seine besten' }, if: { low: { claim: 'gain' } } },
        ],
      },
      measured: { of: { stage: 'best-of-n', metric: 'objective/scores', at: 'last' }, minus: { stage: 'best-of-n', metric: 'objective/scores', at: 'first' } },
      holds: { high: { claim: 'gain' } },
      says: { en: 'Less. Choosing lives on difference: sixteen copies of one answer are one answer.', de: 'Weniger. Wählen lebt vom Unterschied: Sechzehn Kopien einer Antwort sind eine Antwort.' },
      field: { says: { en: 'Where many answers are drawn, higher temperatures pay: for one program 0.2 was best, for a hundred 0.8.', de: 'Wo viele Antworten gezogen werden, lohnt höhere Temperatur: für ein Programm war 0,2 am besten, für hundert 0,8.' }, source: 'Chen et al. 2021 (Codex), arXiv:2107.03374, section 3.3' },
    },
  ],
  formulas: [
    {
      id: 'bound',
      says: { en: 'The distance is at most the logarithm of n minus n minus one over n.', de: 'Der Abstand ist höchstens der Logarithmus von n minus n minus eins durch n.' },
      maths: { row: [{ symbol: 'kl' }, '≤', { name: 'log' }, { symbol: 'n' }, '−', { over: [{ row: ['n', '−', '1'] }, 'n'] }] },
      symbols: {
        kl: { glyph: { name: 'KL' }, means: { en: 'How far the chosen answers are from those of the model, in nats. The true reward over its root is the frontier: what each method gets for its distance.', de: 'Wie weit die gewählten Antworten von denen des Modells weg sind, in nats. Die wahre Belohnung über der Wurzel davon ist die Grenze: was jede Methode für ihren Abstand bekommt.' }, curve: { stage: 'best-of-n', metric: 'objective/kl' } },
        n: { glyph: 'n', means: { en: 'How many answers are drawn for each prompt. Step n of the stage reports the best of n.', de: 'Wie viele Antworten je Prompt gezogen werden. Schritt n der Stufe berichtet den Besten aus n.' }, knob: { part: 'best-of-n', name: 'steps' }, curve: { stage: 'best-of-n', metric: 'objective/scores' } },
      },
    },
  ],
  pages: [
    {
      id: 'choosing',
      title: { en: 'Choose, do not train', de: 'Wählen statt trainieren' },
      blocks: [
        { kind: 'text', text: { en: 'There is a method without any reinforcement: let the model answer n times and give the answer that the reward model likes best. It costs n answers each time, and it is hard to beat.', de: 'Es gibt eine Methode ganz ohne Verstärkung: Lass das Modell n-mal antworten und gib die Antwort, die dem Belohnungsmodell am besten gefällt. Das kostet jedes Mal n Antworten und ist schwer zu schlagen.' } },
        { kind: 'formula', formula: 'bound' },
        { kind: 'look', at: { kind: 'knob', part: 'best-of-n', name: 'steps' }, says: { en: 'The largest n.', de: 'Das größte n.' } },
      ],
    },
    {
      id: 'sixteen',
      title: { en: 'Sixteen answers', de: 'Sechzehn Antworten' },
      blocks: [
        { kind: 'predict', claim: 'distance' },
        { kind: 'predict', claim: 'gain' },
        { kind: 'predict', claim: 'gap' },
        { kind: 'train', until: { stage: 'best-of-n' }, says: { en: 'Train the reward model, then draw.', de: 'Trainiere das Belohnungsmodell, dann wird gezogen.' } },
        { kind: 'look', at: { kind: 'chart', stage: 'best-of-n', metric: 'objective/scores' }, says: { en: 'The score as n grows.', de: 'Die Bewertung mit wachsendem n.' } },
        { kind: 'look', at: { kind: 'chart', stage: 'best-of-n', metric: 'gold/win_rate' }, says: { en: 'How often the chosen one truly wins.', de: 'Wie oft der Gewählte wirklich gewinnt.' } },
        { kind: 'check', claims: ['distance', 'gain', 'gap'] },
      ],
    },
  ],
  breakIt: {
    id: 'break',
    title: { en: 'Now break it', de: 'Jetzt mach es kaputt' },
    blocks: [
      { kind: 'set', says: { en: 'Make the model nearly sure of itself: temperature 0.1.', de: 'Mach das Modell fast sicher: Temperatur 0,1.' }, settings: ['best-of-n.temperature=0.1'], keeps: ['sft', 'reward-model'] },
      { kind: 'predict', claim: 'cold' },
      { kind: 'train', until: { stage: 'best-of-n' }, says: { en: 'Draw again. Look for a curve that is flat from the first step.', de: 'Zieh noch einmal. Achte auf eine Kurve, die vom ersten Schritt an flach ist.' } },
      { kind: 'look', at: { kind: 'chart', stage: 'best-of-n', metric: 'samples/distinct' }, says: { en: 'How different answers are.', de: 'Wie verschieden die Antworten sind.' } },
      { kind: 'check', claims: ['cold'] },
    ],
  },
  questions: [
    { asks: { en: 'How large must n be for a distance of about 6 nats, which PPO often reaches?', de: 'Wie groß muss n für einen Abstand von etwa 6 nats sein, den PPO oft erreicht?' }, answer: { en: 'log n − 1 ≈ 6, so n ≈ e⁷ ≈ 1,100.', de: 'log n − 1 ≈ 6, also n ≈ e⁷ ≈ 1.100.' } },
    { asks: { en: 'When would you rather train with PPO than choose the best of 16?', de: 'Wann würdest du lieber mit PPO trainieren als den Besten aus 16 zu wählen?' }, answer: { en: 'When answers are asked for often: training costs once, choosing costs sixteenfold for every answer.', de: 'Wenn oft gefragt wird: Training kostet einmal, Wählen kostet bei jeder Antwort das Sechzehnfache.' } },
    { asks: { en: 'Why can best of n not invent anything?', de: 'Warum kann der Beste aus n nichts erfinden?' }, answer: { en: 'It only chooses among what the model says anyway: what it never says cannot be chosen.', de: 'Gewählt wird nur unter dem, was das Modell ohnehin sagt: Was es nie sagt, kann nicht gewählt werden.' } },
  ],
};
