/** How a language model learns: the loss of somebody who knows nothing, what training makes of it, and a learning rate at which it makes nothing. */
import type { Lesson } from './lesson';

export const languageModel: Lesson = {
  id: 'language-model',
  title: { en: 'How a language model learns', de: 'Wie ein Sprachmodell lernt' },
  learns: {
    en: 'what the loss of a language model counts, why it begins where it does, and why it never reaches zero.',
    de: 'was der Loss eines Sprachmodells zählt, warum er dort anfängt, wo er anfängt, und warum er nie null wird.',
  },
  minutes: 3,
  recipe: 'names-dpo',
  seed: 1,
  settings: ['model.width=32', 'pretrain.steps=300', 'pretrain.evaluateEvery=50', 'pretrain.evaluateOn=256', 'sft.steps=50', 'dpo.steps=60'],
  claims: [
    {
      id: 'start',
      names: { en: 'Held-out loss before it has learned', de: 'Loss auf ungesehenen Namen, bevor es gelernt hat' },
      asks: {
        en: 'The model knows 31 signs and nothing about them. Each is as likely as any other, 1 in 31. The loss is −log of the probability it gave to the sign that really came. Which number will stand at step 1?',
        de: 'Das Modell kennt 31 Zeichen und weiß nichts über sie. Jedes ist gleich wahrscheinlich, 1 zu 31. Der Loss ist −log der Wahrscheinlichkeit, die es dem Zeichen gab, das wirklich kam. Welche Zahl steht bei Schritt 1?',
      },
      prediction: { kind: 'number', min: 0, max: 10, step: 0.1 },
      measured: { of: { stage: 'pretrain', metric: 'eval_loss', at: 'first' } },
      holds: { low: 3.2, high: 3.8 },
      says: { en: 'It lies near ln 31 = 3.43: a model that knows nothing is as surprised as somebody who throws a die with 31 sides.', de: 'Er liegt bei ln 31 = 3,43: Ein Modell, das nichts weiß, ist so überrascht wie jemand, der einen Würfel mit 31 Seiten wirft.' },
      field: {
        says: { en: 'The same rule everywhere: ln of the number of signs. For the 65 characters of nanoGPT’s Shakespeare that is 4.17.', de: 'Überall dieselbe Regel: ln der Anzahl der Zeichen. Bei den 65 Zeichen von nanoGPTs Shakespeare sind das 4,17.' },
        source: 'definition of cross-entropy (Shannon 1948); 65 characters: karpathy/nanoGPT, data/shakespeare_char',
      },
    },
    {
      id: 'end',
      names: { en: 'Held-out loss when it has learned', de: 'Loss auf ungesehenen Namen, wenn es gelernt hat' },
      asks: { en: 'After 300 steps, on names it has never read, the loss will be', de: 'Nach 300 Schritten, auf Namen, die es nie gelesen hat, ist der Loss' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'zero', says: { en: 'close to 0: it knows names now', de: 'fast 0: Es kennt jetzt Namen' }, if: { high: 0.5 } },
          { id: 'lower', says: { en: 'clearly lower, but far from 0', de: 'deutlich kleiner, aber weit weg von 0' }, if: { low: 0.5, high: 2.7 } },
          { id: 'same', says: { en: 'about the same: these names are new to it', de: 'etwa gleich: Diese Namen sind ihm neu' }, if: { low: 2.7 } },
        ],
      },
      measured: { of: { stage: 'pretrain', metric: 'eval_loss', at: 'last' } },
      holds: { low: 1.6, high: 2.5 },
      says: { en: 'It fell, and stays well above 0: after “Mar” comes i, k, y or t, and nobody can know which.', de: 'Er ist gefallen und bleibt weit über 0: Nach „Mar“ kommt i, k, y oder t, und niemand kann wissen, welches.' },
      field: {
        says: { en: '1.47 nats a character on Shakespeare, after three minutes on a large GPU; 1.88 after three minutes on a laptop.', de: '1,47 nats je Zeichen auf Shakespeare, nach drei Minuten auf einer großen GPU; 1,88 nach drei Minuten auf einem Laptop.' },
        source: 'karpathy/nanoGPT, README',
      },
    },
    {
      id: 'broken',
      names: { en: 'Held-out loss with steps that are too large', de: 'Loss auf ungesehenen Namen mit zu großen Schritten' },
      asks: { en: 'Each step is now 33 times as large. After as many steps the loss will be', de: 'Jeder Schritt ist jetzt 33-mal so groß. Nach ebenso vielen Schritten ist der Loss' },
      prediction: {
        kind: 'choice',
        choices: [
          { id: 'lower', says: { en: 'lower: it learns faster', de: 'kleiner: Es lernt schneller' }, if: { high: { claim: 'end' } } },
          { id: 'higher', says: { en: 'higher: it jumps past what it looks for', de: 'größer: Es springt über das hinweg, was es sucht' }, if: { low: { claim: 'end' } } },
        ],
      },
      measured: { of: { stage: 'pretrain', metric: 'eval_loss', at: 'last' } },
      holds: { low: { claim: 'end' } },
      says: { en: 'Higher than before. A learning rate is a length of step: too long, and every step undoes the last.', de: 'Größer als vorher. Eine Lernrate ist eine Schrittlänge: Ist sie zu groß, macht jeder Schritt den letzten zunichte.' },
      field: {
        says: { en: 'GPT-3 took 0.0006 for its smallest model and 0.00006 for its largest: the larger the model, the smaller the step.', de: 'GPT-3 nahm 0,0006 für sein kleinstes Modell und 0,00006 für sein größtes: je größer das Modell, desto kleiner der Schritt.' },
        source: 'Brown et al. 2020, arXiv:2005.14165, table 2.1',
      },
    },
  ],
  formulas: [
    {
      id: 'loss',
      says: { en: 'The loss is minus one over T times the sum over t of the logarithm of p theta of x t, given all x before t.', de: 'Der Loss ist minus eins durch T mal die Summe über t des Logarithmus von p Theta von x t, gegeben alle x vor t.' },
      maths: { row: [{ symbol: 'loss' }, '=', '−', { over: ['1', { symbol: 'T' }] }, { base: '∑', sub: 't' }, { name: 'log' }, { symbol: 'p' }, '(', { symbol: 'x' }, '|', { symbol: 'before' }, ')'] },
      symbols: {
        loss: { glyph: { name: 'loss' }, means: { en: 'The loss, in nats for each sign: how surprised the model is by what really comes next. Training makes it small.', de: 'Der Loss, in nats je Zeichen: wie überrascht das Modell von dem ist, was wirklich kommt. Training macht ihn klein.' }, knob: { part: 'pretrain', name: 'steps' }, curve: { stage: 'pretrain', metric: 'loss' } },
        T: { glyph: 'T', means: { en: 'How many signs are guessed: the mean is taken over all of them. The batch size says of how many names at once.', de: 'Wie viele Zeichen geraten werden: Über sie alle wird gemittelt. Die Batch-Größe sagt, von wie vielen Namen auf einmal.' }, knob: { part: 'pretrain', name: 'batchSize' } },
        p: { glyph: { base: 'p', sub: 'θ' }, means: { en: 'The probability that the model gives. θ are its numbers, some ten thousands, which training turns a little at every step: how far, says the learning rate.', de: 'Die Wahrscheinlichkeit, die das Modell angibt. θ sind seine Zahlen, einige zehntausend, an denen das Training bei jedem Schritt ein wenig dreht: wie weit, sagt die Lernrate.' }, knob: { part: 'pretrain', name: 'learningRate' }, curve: { stage: 'pretrain', metric: 'mean_token_accuracy' } },
        x: { glyph: { base: 'x', sub: 't' }, means: { en: 'The sign that really comes at place t: a letter, or the end of the name.', de: 'Das Zeichen, das an Stelle t wirklich kommt: ein Buchstabe oder das Ende des Namens.' } },
        before: { glyph: { base: 'x', sub: { row: ['<', 't'] } }, means: { en: 'All signs before it: the only thing the model may look at.', de: 'Alle Zeichen davor: das Einzige, was das Modell sehen darf.' } },
      },
    },
  ],
  pages: [
    {
      id: 'guessing',
      title: { en: 'One sign after the other', de: 'Ein Zeichen nach dem anderen' },
      blocks: [
        { kind: 'text', text: { en: 'A language model does one thing: it reads the beginning of a text and says how likely each sign is to come next. Here texts are given names, and signs are letters.', de: 'Ein Sprachmodell tut nur eines: Es liest den Anfang eines Textes und sagt, wie wahrscheinlich jedes Zeichen als nächstes ist. Texte sind hier Vornamen, Zeichen sind Buchstaben.' } },
        { kind: 'text', text: { en: 'It begins as random numbers. To train it is to show it a name, ask for its guess at every letter, and turn each number a little so that the true letter would have been less of a surprise.', de: 'Am Anfang besteht es aus Zufallszahlen. Trainieren heißt: ihm einen Namen zeigen, bei jedem Buchstaben nach seinem Tipp fragen und jede Zahl ein wenig so drehen, dass der wahre Buchstabe weniger überrascht hätte.' } },
        { kind: 'formula', formula: 'loss' },
        { kind: 'look', at: { kind: 'stage', stage: 'pretrain' }, says: { en: 'Only the first stage of this recipe is about it.', de: 'Nur um die erste Stufe dieses Rezepts geht es hier.' } },
      ],
    },
    {
      id: 'before',
      title: { en: 'Before it has learned', de: 'Bevor es gelernt hat' },
      blocks: [
        { kind: 'predict', claim: 'start' },
        { kind: 'train', until: { stage: 'pretrain', step: 2 }, says: { en: 'Train two steps, so that it is measured once.', de: 'Trainiere zwei Schritte, damit einmal gemessen wird.' } },
        { kind: 'check', claims: ['start'] },
      ],
    },
    {
      id: 'after',
      title: { en: 'When it has learned', de: 'Wenn es gelernt hat' },
      blocks: [
        { kind: 'predict', claim: 'end' },
        { kind: 'train', until: { stage: 'pretrain' }, says: { en: 'Train to the end of the stage.', de: 'Trainiere bis zum Ende der Stufe.' } },
        { kind: 'look', at: { kind: 'chart', stage: 'pretrain', metric: 'loss' }, says: { en: 'The loss on what it reads, and on names it never reads.', de: 'Der Loss auf dem, was es liest, und auf Namen, die es nie liest.' } },
        { kind: 'look', at: { kind: 'answers' }, says: { en: 'What it said at the start and what it says now.', de: 'Was es am Anfang sagte und was es jetzt sagt.' } },
        { kind: 'check', claims: ['end'] },
      ],
    },
  ],
  breakIt: {
    id: 'break',
    title: { en: 'Now break it', de: 'Jetzt mach es kaputt' },
    blocks: [
      { kind: 'text', text: { en: 'The learning rate says how far each step goes. Make it as large as the page allows.', de: 'Die Lernrate sagt, wie weit jeder Schritt geht. Mach sie so groß, wie die Seite erlaubt.' } },
      { kind: 'set', says: { en: 'Set it and look at its knob.', de: 'Stell sie ein und schau auf ihren Regler.' }, settings: ['pretrain.learningRate=0.1'], keeps: [] },
      { kind: 'look', at: { kind: 'knob', part: 'pretrain', name: 'learningRate' }, says: { en: 'Its default is 0.003.', de: 'Ihr Standardwert ist 0,003.' } },
      { kind: 'predict', claim: 'broken' },
      { kind: 'train', until: { stage: 'pretrain' }, says: { en: 'Train as long as before. Look for a loss that falls at first and then stays high, and for answers that are no names.', de: 'Trainiere so lange wie vorher. Achte auf einen Loss, der erst fällt und dann oben bleibt, und auf Antworten, die keine Namen sind.' } },
      { kind: 'check', claims: ['broken'] },
    ],
  },
  questions: [
    { asks: { en: 'A model always gives the true next letter the probability ½. What is its loss, and how many equally likely letters is that?', de: 'Ein Modell gibt dem wahren nächsten Buchstaben immer die Wahrscheinlichkeit ½. Wie groß ist sein Loss, und wie vielen gleich wahrscheinlichen Buchstaben entspricht das?' }, answer: { en: '−ln ½ = ln 2 = 0.69 nats: as surprised as by a fair coin, two equally likely letters. e to the power of the loss (the perplexity) is that number.', de: '−ln ½ = ln 2 = 0,69 nats: so überrascht wie von einer fairen Münze, also zwei gleich wahrscheinliche Buchstaben. e hoch Loss (die Perplexität) ist diese Zahl.' } },
    { asks: { en: 'Why does the page measure on names the model never reads?', de: 'Warum misst die Seite auf Namen, die das Modell nie liest?' }, answer: { en: 'On what it reads it could be good by learning by heart. Only on new names does a low loss mean that it has learned how names are built.', de: 'Auf dem Gelesenen könnte es gut sein, weil es auswendig gelernt hat. Nur auf neuen Namen heißt ein kleiner Loss, dass es gelernt hat, wie Namen gebaut sind.' } },
    { asks: { en: 'Could a larger model, trained for a year, reach loss 0 here?', de: 'Könnte ein größeres Modell, das ein Jahr trainiert, hier Loss 0 erreichen?' }, answer: { en: 'No. Several letters are truly possible at most places; the loss cannot fall below that uncertainty, the entropy of names.', de: 'Nein. An den meisten Stellen sind wirklich mehrere Buchstaben möglich; unter diese Ungewissheit, die Entropie der Namen, kann der Loss nicht fallen.' } },
  ],
};
