/** What the options of knobs are called. By the knob's name, or by part and name where that part alone means it so. In links and on the command line an option stays the word it is there. */
import type { Words } from '../language';

const decades = ['1880', '1890', '1900', '1910', '1920', '1930', '1940', '1950', '1960', '1970', '1980', '1990', '2000', '2010', '2020'];
const same = (names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, name]));

export const knobOptions: Words['knobs']['options'] = {
  decade: Object.fromEntries(decades.map((decade) => [decade, `${decade}er`])),
  answer: { sort: 'sortiert', copy: 'abgeschrieben' },
  language: { both: 'beide', English: 'Englisch', German: 'Deutsch' },
  pairsIn: { same: 'wie der Rest', English: 'Englisch', German: 'Deutsch' },
  community: { weights: 'nach Gewichten', children: 'Kinder', poets: 'Dichter', teachers: 'Lehrkräfte', everyone: 'alle zusammen' },
  labels: { votes: 'Stimmen', shares: 'Anteile', one: 'nur einer' },
  biasToward: { longer: 'Längerem', first: 'zuerst Gezeigtem' },
  tokenizer: { bpe: 'Wortstücke (BPE)', characters: 'Zeichen', imported: 'importiert' },
  long: { truncate: 'kürzen', drop: 'weglassen' },

  loraTargets: { attention: 'Attention', 'all-linear': 'alle Matrizen' },
  // Names of published losses and estimators, and of who divides how.
  loss: same(['sigmoid', 'robust', 'ipo', 'ipo_sum', 'hinge', 'sigmoid_norm', 'bco_pair', 'nca_pair', 'apo_zero', 'apo_down', 'sppo_hard']),
  'grpo.loss': same(['grpo', 'dapo', 'dr_grpo']),
  klEstimator: same(['k1', 'k2', 'k3']),
  good: { pointwise: 'punktweise', nll: 'NLL' },
  normalise: { none: 'nicht', reference: 'an der Referenz', demonstrations: 'an Vorbildern' },
  normalizeAdvantages: { no: 'nein', yes: 'ja' },
  klControl: { fixed: 'fest', adaptive: 'adaptiv' },
  rewardWhitening: { off: 'aus', on: 'an' },
  whitening: { bessel: 'durch n − 1', biased: 'durch n' },
  scoring: { mean: 'Mittel', min: 'Minimum', vote: 'Abstimmung' },
  rewardNorm: { none: 'nicht', batch: 'über den Batch', running: 'laufend' },
  biasFeature: { length: 'Länge', repetition: 'Wiederholung' },
  missingEosRule: { subtract: 'abziehen', replace: 'ersetzen', scale: 'malnehmen' },
  baseline: { none: 'keiner', group: 'Gruppe' },
  scaleRewards: { group: 'Abweichung der Gruppe', batch: 'Abweichung des Batches', none: 'nichts' },
  ratio: { token: 'Token', sequence: 'ganzer Antwort' },

  judge: { raters: 'Urteilende', gold: 'wahre Belohnung', visitor: 'du' },
  'online-dpo.judge': { reward: 'Belohnungsmodell', visitor: 'du' },
  strategy: { random: 'zufällig', entropy: 'Entropie', certainty: 'Sicherheit', uncertainty: 'Unsicherheit' },
  source: { policy: 'der Policy', data: 'den Daten' },

  filter: { cap: 'bis zum Rand', band: 'im Band', gap: 'ähnlich wahrscheinlich', flip: 'ohne Verdächtige', mine: 'gesucht bis zum Rand' },
  arm: { filtered: 'gefiltert', unfiltered: 'ungefiltert', random: 'zufällig', inverted: 'umgekehrt', 'on-policy': 'eigene Texte' },
  candidates: { sources: 'aus Quellen', data: 'aus den Daten' },
  foreign: { none: 'keine', sentences: 'Sätze', stories: 'Geschichten' },
  suspects: { drop: 'weglassen', turn: 'umdrehen' },
};
