/** Choosing data by perplexity: of pairs that others wrote, those which this very model could have written; and the filter upside down. */
import type { Lesson } from './lesson';
import { SHORT_NAMES } from './short-names';

export const perplexity: Lesson = {
  id: 'perplexity',
  title: { en: 'Choosing data by perplexity', de: 'Daten nach Perplexität auswählen' },
  learns: {
    en: 'what perplexity is, how a model can choose its own learning material by it, and what that throws away.',
    de: 'was Perplexität ist, wie ein Modell damit sein Lernmaterial auswählt und was dabei verloren geht.',
  },
  minutes: 4,
  recipe: 'names-filter',
  seed: 1,
  settings: [...SHORT_NAMES, 'filter.steps=8', 'filter.evaluateOn=256', 'dpo.steps=40', 'dpo.evaluateOn=128'],
  claims: [
    {
      id: 'share',
      names: { en: 'Share of candidate pairs that is kept', de: 'Anteil der Kandidatenpaare, der bleibt' },
      asks: { en: 'Candidates are names that people gave, answers to other prompts, names with changed letters, and another model’s. A pair stays if neither side is less likely than 95 % of the model’s own. Which share stays? (0 to 1)', de: 'Kandidaten sind echte Namen, Antworten auf andere Prompts, Namen mit vertauschten Buchstaben und die eines anderen Modells. Ein Paar bleibt, wenn keine Seite unwahrscheinlicher ist als 95 % der eigenen Namen des Modells. Welcher Anteil bleibt? (0 bis 1)' },
      prediction: { kind: 'number', min: 0, max: 1, step: 0.01 },
      measured: { of: { stage: 'filter', metric: 'filter/kept_share', at: 'last' } },
      holds: { low: 0.05, high: 0.9 },
      says: { en: 'Some stay, some go: both sides have to pass, so a pair is harder to keep than a text.', de: 'Manche bleiben, manche gehen: Beide Seiten müssen bestehen, also bleibt ein Paar seltener als ein Text.' },
      field: { says: { en: 'Pairs that are clear to the reference model: with 30 to 50 % of the data results were as good or better.', de: 'Paare, die dem Referenzmodell klar sind: Mit 30 bis 50 % der Daten waren die Ergebnisse so gut oder besser.' }, source: 'Clear Preferences Leave Traces 2025, arXiv:2501.15109, abstract' },
    },
    {
      id: 'sources',
      names: { en: 'People’s names kept more often than corrupted ones, by', de: 'Echte Namen bleiben häufiger als verfälschte, um' },
      asks: { en: 'The filter does not know where a text comes from. Compared with names of changed letters it keeps people’s names', de: 'Der Filter weiß nicht, woher ein Text kommt. Verglichen mit Namen aus vertauschten Buchstaben behält er echte Namen' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'same', says: { en: 'about as often', de: 'etwa gleich oft' }, if: { high: 0.05 } },
          { id: 'more', says: { en: 'clearly more often', de: 'deutlich öfter' }, if: { low: 0.05 } },
        ],
      },
      measured: { of: { stage: 'filter', metric: 'filter/kept_people', at: 'last' }, minus: { stage: 'filter', metric: 'filter/kept_corrupted', at: 'last' } },
      holds: { low: 0.05 },
      says: { en: 'More often: a changed letter is a surprise, and one surprise is enough.', de: 'Öfter: Ein vertauschter Buchstabe ist eine Überraschung, und eine genügt.' },
      field: { says: { en: 'Perplexity differences found wrong labels well enough to beat other DPO variants at 10 to 40 % of noise.', de: 'Perplexitätsunterschiede fanden falsche Urteile so gut, dass sie bei 10 bis 40 % Rauschen andere DPO-Varianten schlugen.' }, source: 'PerpCorrect, Kong et al. 2024, NeurIPS' },
    },
    {
      id: 'kept',
      names: { en: 'Surprise of what is kept, less that of all candidates', de: 'Überraschung des Behaltenen, minus der aller Kandidaten' },
      asks: { en: 'Compared with all candidates, what stays is to the model, in nats a letter,', de: 'Verglichen mit allen Kandidaten ist das Behaltene für das Modell, in nats je Buchstabe,' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'less', says: { en: 'less surprising', de: 'weniger überraschend' }, if: { high: 0 } },
          { id: 'more', says: { en: 'more surprising: only new things are worth learning', de: 'überraschender: Nur Neues lohnt das Lernen' }, if: { low: 0 } },
        ],
      },
      measured: { of: { stage: 'filter', metric: 'filter/nll_kept', at: 'last' }, minus: { stage: 'filter', metric: 'filter/nll_candidates', at: 'last' } },
      holds: { high: 0 },
      says: { en: 'Less: that is what the filter is for. Pairs like the model’s own answers teach it about answers it would give.', de: 'Weniger: Genau dafür ist der Filter da. Paare, die den eigenen Antworten gleichen, lehren etwas über Antworten, die es geben würde.' },
      field: { says: { en: 'Others keep the hard pairs instead, and report better results with 10 % of the data. Both cannot be the whole truth.', de: 'Andere behalten gerade die schweren Paare und berichten bessere Ergebnisse mit 10 % der Daten. Beides kann nicht die ganze Wahrheit sein.' }, source: 'Difficulty-based preference data selection 2025, arXiv:2508.04149, abstract' },
    },
    {
      id: 'inverted',
      names: { en: 'The same with the filter upside down', de: 'Dasselbe mit umgedrehtem Filter' },
      asks: { en: 'Now it keeps what the filter likes least. Compared with all candidates that is', de: 'Jetzt behält er, was dem Filter am wenigsten gefällt. Verglichen mit allen Kandidaten ist das' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'less', says: { en: 'less surprising', de: 'weniger überraschend' }, if: { high: 0 } },
          { id: 'more', says: { en: 'more surprising', de: 'überraschender' }, if: { low: 0 } },
        ],
      },
      measured: { of: { stage: 'filter', metric: 'filter/nll_kept', at: 'last' }, minus: { stage: 'filter', metric: 'filter/nll_candidates', at: 'last' } },
      holds: { low: 0 },
      says: { en: 'More: now the model is to learn from pairs that it would never have written.', de: 'Überraschender: Jetzt soll das Modell aus Paaren lernen, die es nie geschrieben hätte.' },
      field: { says: { en: 'Text quality matters more to DPO than to methods with a reward model: pairs that are too strange do harm.', de: 'Textqualität ist für DPO wichtiger als für Methoden mit Belohnungsmodell: Zu fremde Paare schaden.' }, source: 'Morimura et al. 2024 (fDPO), arXiv:2404.13846, abstract' },
    },
  ],
  formulas: [
    {
      id: 'perplexity',
      says: { en: 'The perplexity is e to the power of minus one over T times the sum over t of the logarithm of pi of y t, given x and all y before t. It must be at most tau.', de: 'Die Perplexität ist e hoch minus eins durch T mal die Summe über t des Logarithmus von pi von y t, gegeben x und alle y vor t. Sie darf höchstens Tau sein.' },
      maths: { lines: [{ row: [{ symbol: 'ppl' }, '=', { name: 'exp' }, '(', '−', { over: ['1', { symbol: 'T' }] }, { base: '∑', sub: 't' }, { name: 'log' }, { symbol: 'pi' }, '(', { symbol: 'y' }, '|', { symbol: 'x' }, ')', ')'] }, { row: [{ symbol: 'ppl' }, '≤', { symbol: 'edge' }] }] },
      symbols: {
        ppl: { glyph: { name: 'ppl' }, means: { en: 'Perplexity: among how many equally likely letters the model seems to choose at each place.', de: 'Perplexität: zwischen wie vielen gleich wahrscheinlichen Buchstaben das Modell an jeder Stelle zu wählen scheint.' }, curve: { stage: 'filter', metric: 'filter/nll_candidates' } },
        T: { glyph: 'T', means: { en: 'Letters of the answer, its end among them. Dividing by them makes long answers comparable with short ones.', de: 'Buchstaben der Antwort, ihr Ende eingeschlossen. Durch sie zu teilen macht lange und kurze Antworten vergleichbar.' } },
        pi: { glyph: 'π', means: { en: 'The very model that is going to learn: another one would choose other pairs.', de: 'Genau das Modell, das lernen soll: Ein anderes würde andere Paare wählen.' }, knob: { part: 'sft', name: 'steps' } },
        y: { glyph: { base: 'y', sub: 't' }, means: { en: 'A letter of a candidate, whoever wrote it.', de: 'Ein Buchstabe eines Kandidaten, wer immer ihn schrieb.' }, knob: { part: 'filter', name: 'corruption' } },
        x: { glyph: 'x', means: { en: 'The prompt, and the letters before.', de: 'Der Prompt und die Buchstaben davor.' } },
        edge: { glyph: { base: 'τ', sub: '95' }, means: { en: 'The edge: 95 % of the model’s own answers lie below it.', de: 'Die Grenze: 95 % der eigenen Antworten des Modells liegen darunter.' }, knob: { part: 'filter', name: 'edge' }, curve: { stage: 'filter', metric: 'filter/kept_share' } },
      },
    },
  ],
  pages: [
    {
      id: 'idea',
      title: { en: 'Would I have said that?', de: 'Hätte ich das gesagt?' },
      blocks: [
        { kind: 'text', text: { en: 'Pairs labelled by people are dear. Ready-made ones are cheap, but others wrote them. Advice about sentences you would never say is of little use to you, and so it may be with a model: ask it which of the pairs could have been its own.', de: 'Von Menschen beurteilte Paare sind teuer. Fertige sind billig, aber andere haben sie geschrieben. Ratschläge zu Sätzen, die du nie sagen würdest, nützen dir wenig. So mag es auch einem Modell gehen: Frag es, welche Paare von ihm selbst sein könnten.' } },
        { kind: 'text', text: { en: 'This stage is built from the abstract of arXiv:2410.01789. How its authors did it in detail, and what they measured, is not known here.', de: 'Diese Stufe ist nach der Zusammenfassung von arXiv:2410.01789 gebaut. Wie die Autoren es genau machten und was sie maßen, ist hier nicht bekannt.' } },
        { kind: 'formula', formula: 'perplexity' },
      ],
    },
    {
      id: 'filter',
      title: { en: 'The filter', de: 'Der Filter' },
      blocks: [
        { kind: 'predict', claim: 'share' },
        { kind: 'predict', claim: 'sources' },
        { kind: 'predict', claim: 'kept' },
        { kind: 'train', until: { stage: 'filter' }, says: { en: 'Train a model of names, then let it choose.', de: 'Trainiere ein Namensmodell und lass es dann wählen.' } },
        { kind: 'look', at: { kind: 'chart', stage: 'filter', metric: 'filter/kept_share' }, says: { en: 'The share that stays.', de: 'Der Anteil, der bleibt.' } },
        { kind: 'check', claims: ['share', 'sources', 'kept'] },
      ],
    },
  ],
  breakIt: {
    id: 'break',
    title: { en: 'Now break it', de: 'Jetzt mach es kaputt' },
    blocks: [
      { kind: 'set', says: { en: 'Turn the filter upside down.', de: 'Dreh den Filter um.' }, settings: ['filter.arm=inverted'], keeps: ['pretrain', 'sft'] },
      { kind: 'look', at: { kind: 'knob', part: 'filter', name: 'arm' }, says: { en: 'Its controls make it an experiment.', de: 'Erst die Kontrollen machen ein Experiment daraus.' } },
      { kind: 'predict', claim: 'inverted' },
      { kind: 'train', until: { stage: 'filter' }, says: { en: 'Choose again. Look at the pairs that are left: would you learn from them?', de: 'Wähle noch einmal. Sieh dir die Paare an, die bleiben: Würdest du daraus lernen?' } },
      { kind: 'check', claims: ['inverted'] },
    ],
  },
  questions: [
    { asks: { en: 'A model gives each of the four letters of a name the probability ⅛. What is its perplexity?', de: 'Ein Modell gibt jedem der vier Buchstaben eines Namens die Wahrscheinlichkeit ⅛. Wie groß ist die Perplexität?' }, answer: { en: '8: it is the number of equally likely letters, whatever the length.', de: '8: Sie ist die Zahl gleich wahrscheinlicher Buchstaben, egal wie lang der Name ist.' } },
    { asks: { en: 'To prove that the filter helps, it is not enough to compare it with all pairs. With what else?', de: 'Um zu zeigen, dass der Filter hilft, genügt der Vergleich mit allen Paaren nicht. Womit noch?' }, answer: { en: 'With as many pairs at random: else one cannot say whether the choice helped or the number. And with several seeds.', de: 'Mit ebenso vielen zufälligen Paaren: Sonst weiß man nicht, ob die Auswahl half oder die Anzahl. Und mit mehreren Seeds.' } },
    { asks: { en: 'What does a model never learn that only ever sees what it could have said?', de: 'Was lernt ein Modell nie, das immer nur sieht, was es selbst hätte sagen können?' }, answer: { en: 'Anything really new: rare good answers are filtered out with the bad, and answers grow alike.', de: 'Wirklich Neues: Seltene gute Antworten werden mit den schlechten ausgefiltert, und die Antworten gleichen sich an.' } },
  ],
};
