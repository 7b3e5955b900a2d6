/** DPO step by step: it begins at ln 2, learns to tell pairs apart without a reward model, and runs away when nothing holds it. */
import type { Lesson } from './lesson';
import { SHORT_NAMES } from './short-names';

export const dpo: Lesson = {
  id: 'dpo',
  title: { en: 'DPO step by step', de: 'DPO Schritt für Schritt' },
  learns: {
    en: 'how a language model can learn straight from pairs, what β holds, and why the probability of a rejected answer falls so far.',
    de: 'wie ein Sprachmodell direkt aus Paaren lernt, was β festhält und warum die Wahrscheinlichkeit verworfener Antworten so weit fällt.',
  },
  minutes: 6,
  recipe: 'names-dpo',
  seed: 1,
  settings: [...SHORT_NAMES, 'dpo.steps=120', 'dpo.evaluateEvery=40', 'dpo.evaluateOn=256'],
  claims: [
    {
      id: 'first',
      names: { en: 'Loss at the first step', de: 'Loss beim ersten Schritt' },
      asks: { en: 'At step 1 the policy is still a copy of its reference: both log-ratios are 0. Which loss is −log σ(0)?', de: 'Bei Schritt 1 ist die Policy noch eine Kopie ihrer Referenz: Beide Log-Verhältnisse sind 0. Wie groß ist der Loss −log σ(0)?' },
      prediction: { kind: 'number', min: 0, max: 5, step: 0.01 },
      measured: { of: { stage: 'dpo', metric: 'loss', at: 'first' } },
      holds: { low: 0.68, high: 0.71 },
      says: { en: 'ln 2 = 0.693, as for a coin: it does not prefer anything yet.', de: 'ln 2 = 0,693, wie bei einer Münze: Noch zieht sie nichts vor.' },
      field: { says: { en: 'So it is in every run of DPO, of any size: it follows from the formula. If yours begins elsewhere, policy and reference are not the same.', de: 'So ist es bei jedem DPO-Lauf jeder Größe: Es folgt aus der Formel. Fängt deiner woanders an, sind Policy und Referenz nicht dieselben.' }, source: 'Rafailov et al. 2023, arXiv:2305.18290, equation 7' },
    },
    {
      id: 'rejected',
      names: { en: 'Implicit reward of rejected answers', de: 'Implizite Belohnung verworfener Antworten' },
      asks: { en: 'The loss only asks that chosen answers gain on rejected ones. β times the log-ratio of rejected answers will be', de: 'Der Loss verlangt nur, dass gewählte Antworten gegenüber verworfenen aufholen. β mal das Log-Verhältnis verworfener Antworten ist dann' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'above', says: { en: 'above 0: all names become likelier', de: 'über 0: Alle Namen werden wahrscheinlicher' }, if: { low: 0 } },
          { id: 'below', says: { en: 'below 0: they are pushed down', de: 'unter 0: Sie werden nach unten gedrückt' }, if: { high: 0 } },
        ],
      },
      measured: { of: { stage: 'dpo', metric: 'rewards/rejected', at: 'last' } },
      holds: { high: 0 },
      says: { en: 'Below 0. Pushing down is the easy way to a lead, and often the chosen ones fall a little too: look at the two curves.', de: 'Unter 0. Nach unten drücken ist der leichte Weg zum Vorsprung, und oft fallen auch die gewählten ein wenig: Sieh dir die zwei Kurven an.' },
      field: { says: { en: 'That chosen answers too can become less likely is known as likelihood displacement.', de: 'Dass dabei auch gewählte Antworten unwahrscheinlicher werden können, heißt „likelihood displacement“.' }, source: 'Razin et al. 2024, arXiv:2410.08847' },
    },
    {
      id: 'accuracy',
      names: { en: 'Prefers the chosen one, on new names', de: 'Zieht den gewählten vor, bei neuen Namen' },
      asks: { en: 'No reward model was trained. On names it has never met, the policy itself will tell chosen from rejected', de: 'Ein Belohnungsmodell gab es nicht. Bei Namen, die sie nie gesehen hat, erkennt die Policy selbst den gewählten' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'better', says: { en: 'better than a coin', de: 'besser als eine Münze' }, if: { low: 0.53 } },
          { id: 'coin', says: { en: 'no better than a coin', de: 'nicht besser als eine Münze' }, if: { high: 0.53 } },
        ],
      },
      measured: { of: { stage: 'dpo', metric: 'eval_unseen_rewards/accuracies', at: 'last' } },
      holds: { low: 0.54, high: 0.9 },
      says: { en: 'Better: it is its own reward model, which is what the paper’s title says.', de: 'Besser: Sie ist ihr eigenes Belohnungsmodell, genau wie es im Titel des Artikels steht.' },
      field: { says: { en: 'A separate reward model, InstructGPT’s: 69.6 % on people it had not learned from.', de: 'Ein eigenes Belohnungsmodell, das von InstructGPT: 69,6 % bei Menschen, von denen es nicht gelernt hatte.' }, source: 'Ouyang et al. 2022, arXiv:2203.02155, section 4.1' },
    },
    {
      id: 'kl',
      names: { en: 'Distance from the reference', de: 'Abstand von der Referenz' },
      asks: { en: 'How far will the policy have gone from its reference, in nats a name? (0 is nowhere; at 10 hardly a name is one that the reference would give.)', de: 'Wie weit ist die Policy von ihrer Referenz weg, in nats je Name? (0 ist gar nicht; bei 10 käme kaum ein Name noch von der Referenz.)' },
      prediction: { kind: 'number', min: 0, max: 20, step: 0.1 },
      measured: { of: { stage: 'dpo', metric: 'objective/kl', at: 'last' } },
      holds: { low: 0.02, high: 4 },
      says: { en: 'Not far: β holds it.', de: 'Nicht weit: β hält sie fest.' },
      field: { says: { en: 'β = 0.1 is usual, 0.05 to 0.2 is common; here it is 0.3, since texts are short.', de: 'Üblich ist β = 0,1, oft 0,05 bis 0,2; hier ist es 0,3, weil die Texte kurz sind.' }, source: 'Rafailov et al. 2023, arXiv:2305.18290; defaults of huggingface/trl' },
    },
    {
      id: 'loose',
      names: { en: 'Distance from the reference, with β = 0.02', de: 'Abstand von der Referenz bei β = 0,02' },
      asks: { en: 'With β fifteen times smaller the distance will be', de: 'Mit fünfzehnmal kleinerem β ist der Abstand' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'smaller', says: { en: 'smaller: β is the force that moves it', de: 'kleiner: β ist die Kraft, die sie bewegt' }, if: { high: { claim: 'kl' } } },
          { id: 'larger', says: { en: 'larger: β is the rope that holds it', de: 'größer: β ist das Seil, das sie hält' }, if: { low: { claim: 'kl' } } },
        ],
      },
      measured: { of: { stage: 'dpo', metric: 'objective/kl', at: 'last' } },
      holds: { low: { claim: 'kl' } },
      says: { en: 'Larger: to get the same lead it must go further, and names come apart.', de: 'Größer: Für denselben Vorsprung muss sie weiter gehen, und Namen gehen dabei kaputt.' },
      field: { says: { en: 'The paper compared β from 0.05 to 5; smaller values stray further for the same reward.', de: 'Im Artikel wurden Werte von β = 0,05 bis 5 verglichen; kleinere gehen für dieselbe Belohnung weiter weg.' }, source: 'Rafailov et al. 2023, arXiv:2305.18290, figure 2' },
    },
  ],
  formulas: [
    {
      id: 'dpo',
      says: { en: 'The loss is minus the logarithm of sigma of the implicit reward of the chosen answer minus that of the rejected one. The implicit reward of y is beta times the logarithm of pi of y over ref of y.', de: 'Der Loss ist minus der Logarithmus von Sigma aus der impliziten Belohnung der gewählten Antwort minus der der verworfenen. Die implizite Belohnung von y ist Beta mal dem Logarithmus von pi von y durch ref von y.' },
      maths: {
        lines: [
          { row: [{ symbol: 'loss' }, '=', '−', { name: 'log' }, 'σ', '(', { symbol: 'reward' }, '(', { symbol: 'chosen' }, ')', { symbol: 'lead' }, { symbol: 'reward' }, '(', { symbol: 'rejected' }, ')', ')'] },
          { row: [{ symbol: 'reward' }, '(', 'y', ')', '=', { symbol: 'beta' }, { name: 'log' }, { over: [{ row: [{ symbol: 'pi' }, '(', 'y', ')'] }, { row: [{ symbol: 'ref' }, '(', 'y', ')'] }] }] },
        ],
      },
      symbols: {
        loss: { glyph: { name: 'loss' }, means: { en: 'How surprised it is that the chosen answer was chosen. At first 0.693.', de: 'Wie überrascht sie davon ist, dass die gewählte Antwort gewählt wurde. Zuerst 0,693.' }, knob: { part: 'dpo', name: 'steps' }, curve: { stage: 'dpo', metric: 'loss' } },
        reward: { glyph: 'r', means: { en: 'The implicit reward: how much likelier the policy makes an answer than the reference does, times β. Nobody trained it apart.', de: 'Die implizite Belohnung: wie viel wahrscheinlicher die Policy eine Antwort macht als die Referenz, mal β. Niemand hat sie eigens trainiert.' }, curve: { stage: 'dpo', metric: 'rewards/accuracies' } },
        beta: { glyph: 'β', means: { en: 'How tightly the policy is held to the reference: with a small β it has to go far for the same lead.', de: 'Wie eng die Policy an der Referenz gehalten wird: Mit kleinem β muss sie für denselben Vorsprung weit gehen.' }, knob: { part: 'dpo', name: 'beta' }, curve: { stage: 'dpo', metric: 'objective/kl' } },
        pi: { glyph: 'π', means: { en: 'The policy: the model that is trained. Here stands the probability it gives to a whole answer.', de: 'Die Policy: das Modell, das trainiert wird. Hier steht die Wahrscheinlichkeit, die sie einer ganzen Antwort gibt.' }, knob: { part: 'dpo', name: 'learningRate' }, curve: { stage: 'dpo', metric: 'logps/chosen' } },
        ref: { glyph: { name: 'ref' }, means: { en: 'The reference: the policy as it was before, frozen. Without it the easiest way would be to forget how to spell.', de: 'Die Referenz: die Policy von vorher, eingefroren. Ohne sie wäre der leichteste Weg, das Schreiben zu verlernen.' } },
        chosen: { glyph: { base: 'y', sub: 'w' }, means: { en: 'The chosen answer.', de: 'Die gewählte Antwort.' }, curve: { stage: 'dpo', metric: 'rewards/chosen' } },
        rejected: { glyph: { base: 'y', sub: 'l' }, means: { en: 'The rejected answer.', de: 'Die verworfene Antwort.' }, curve: { stage: 'dpo', metric: 'rewards/rejected' } },
        lead: { glyph: '−', means: { en: 'The difference is the margin: the lead of the chosen answer.', de: 'Die Differenz ist die „Marge“: der Vorsprung der gewählten Antwort.' }, curve: { stage: 'dpo', metric: 'rewards/margins' } },
      },
    },
  ],
  pages: [
    {
      id: 'idea',
      title: { en: 'Straight from pairs', de: 'Direkt aus Paaren' },
      blocks: [
        { kind: 'text', text: { en: 'Usually a reward model learns from pairs, and a policy learns from the reward model. DPO leaves out the middle: it makes chosen answers likelier and rejected ones less likely, each compared with a frozen copy of itself.', de: 'Üblich ist: Ein Belohnungsmodell lernt aus Paaren, eine Policy vom Belohnungsmodell. DPO lässt die Mitte weg: Es macht gewählte Antworten wahrscheinlicher und verworfene unwahrscheinlicher, jeweils verglichen mit einer eingefrorenen Kopie.' } },
        { kind: 'formula', formula: 'dpo' },
        { kind: 'look', at: { kind: 'knob', part: 'dpo', name: 'beta' }, says: { en: 'Its most important knob.', de: 'Sein wichtigster Regler.' } },
      ],
    },
    {
      id: 'first-step',
      title: { en: 'The first step', de: 'Der erste Schritt' },
      blocks: [
        { kind: 'predict', claim: 'first' },
        { kind: 'train', until: { stage: 'dpo', step: 2 }, says: { en: 'Train to the second step of DPO. Two stages come first: the model has to learn names.', de: 'Trainiere bis zum zweiten Schritt von DPO. Davor kommen zwei Stufen: Das Modell muss Namen lernen.' } },
        { kind: 'check', claims: ['first'] },
      ],
    },
    {
      id: 'margins',
      title: { en: 'A lead grows', de: 'Ein Vorsprung wächst' },
      blocks: [
        { kind: 'predict', claim: 'rejected' },
        { kind: 'predict', claim: 'accuracy' },
        { kind: 'predict', claim: 'kl' },
        { kind: 'train', until: { stage: 'dpo' }, says: { en: 'Train to the end.', de: 'Trainiere bis zum Ende.' } },
        { kind: 'look', at: { kind: 'chart', stage: 'dpo', metric: 'rewards/chosen' }, says: { en: 'Chosen and rejected: the gap between them is the lead.', de: 'Gewählt und verworfen: Die Lücke dazwischen ist der Vorsprung.' } },
        { kind: 'check', claims: ['rejected', 'accuracy', 'kl'] },
      ],
    },
  ],
  breakIt: {
    id: 'break',
    title: { en: 'Now break it', de: 'Jetzt mach es kaputt' },
    blocks: [
      { kind: 'set', says: { en: 'Let the rope go: β from 0.3 to 0.02.', de: 'Lass das Seil los: β von 0,3 auf 0,02.' }, settings: ['dpo.beta=0.02'], keeps: ['sft'] },
      { kind: 'predict', claim: 'loose' },
      { kind: 'train', until: { stage: 'dpo' }, says: { en: 'Train again. Look for log-probabilities that fall steeply, and for answers that the reference would never give.', de: 'Trainiere noch einmal. Achte auf Log-Wahrscheinlichkeiten, die steil fallen, und auf Antworten, die die Referenz nie gäbe.' } },
      { kind: 'look', at: { kind: 'chart', stage: 'dpo', metric: 'logps/chosen' }, says: { en: 'How likely whole answers are.', de: 'Wie wahrscheinlich ganze Antworten sind.' } },
      { kind: 'check', claims: ['loose'] },
    ],
  },
  questions: [
    { asks: { en: 'The margin is 2 (β already counted). How large is the loss of this pair?', de: 'Die Marge ist 2 (β schon eingerechnet). Wie groß ist der Loss dieses Paars?' }, answer: { en: '−log σ(2) = log(1 + e⁻²) = 0.127.', de: '−log σ(2) = log(1 + e⁻²) = 0,127.' } },
    { asks: { en: 'The loss falls, margins grow, and yet the model gives worse answers. How can that be?', de: 'Der Loss fällt, die Margen wachsen, und doch werden die Antworten schlechter. Wie kann das sein?' }, answer: { en: 'The loss compares two given answers. If both become less likely, probability goes to answers that stand in no pair, and nobody ever judged those.', de: 'Der Loss vergleicht zwei gegebene Antworten. Werden beide unwahrscheinlicher, wandert die Wahrscheinlichkeit zu Antworten, die in keinem Paar stehen und die nie jemand beurteilt hat.' } },
    { asks: { en: 'Which of PPO’s four models does DPO do without, and what does it lose?', de: 'Auf welche der vier Modelle von PPO verzichtet DPO, und was verliert es dabei?' }, answer: { en: 'Reward model and critic. It learns from the pairs there are and never tries an answer of its own: what no pair shows it cannot learn.', de: 'Auf Belohnungsmodell und Kritiker. Es lernt aus den vorhandenen Paaren und probiert nie eine eigene Antwort aus: Was kein Paar zeigt, kann es nicht lernen.' } },
  ],
};
