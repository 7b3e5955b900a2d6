/** What reports of experiments say. */
import type { Words } from '../language';
import { filter } from './filter';
import { page } from './page';
import { tasks } from './tasks';

const shapeText = (width: number, layers: number): string => `Breite ${width}, ${layers === 1 ? '1 Schicht' : `${layers} Schichten`}`;
const overSeeds = 'Intervalle sind 95-%-Intervalle nach Students t über die Seeds.';
const winRates = 'Gewinnraten sind gegen das SFT-Modell auf dieselben zurückgehaltenen Prompts, Gleichstände zählen halb.';
const { people, mismatched, corrupted, other } = filter.sources;

export const reports: Words['reports'] = {
  goldUnits: { names: tasks.names.goldUnit ?? '', sentences: tasks.sentences.goldUnit ?? '', stories: tasks.stories.goldUnit ?? '' },

  compare: {
    goldMeans: 'Hier: log10(1 + Geburten) dieses Namens.',
    title: 'Alle Methoden',
    of: 'Methode',
    columns: {
      seen: { name: 'Trefferquote, Gesehenes', means: 'Anteil der zurückgehaltenen Paare, bei denen die Belohnung der Methode sagt, was Menschen sagen, bei Namen, die in anderen Paaren vorkamen. Ihre Belohnung ist die des Belohnungsmodells, wo sie eines hat, sonst das, was die Policy selbst sagt.' },
      unseen: { name: 'Trefferquote, Ungesehenes', means: 'Dasselbe bei Paaren aus Namen, die nie vorkamen.' },
      winRate: 'Gewinnrate',
      kl: { name: 'KL', means: 'Wie weit sich die Policy pro Antwort vom SFT-Modell entfernt hat. Bei Methoden, die aus Paaren lernen, und bei Rejection Sampling an zurückgehaltenen Prompts, bei den anderen an ihrem letzten Rollout, bei „Beste aus n“ das, was es höchstens ist: log n − (n − 1)/n.' },
      distinct: 'Verschiedene',
      gold: 'wahre Belohnung',
      real: 'echte Namen',
      most: { name: 'möglich mit ihren echten Namen', means: 'Wie hoch die Gewinnrate wäre, wenn jede Antwort, die ein Name ist, die des SFT-Modells schlüge: Viel höher kann sie nicht sein, solange nicht mehr Antworten Namen sind.' },
      time: { name: 'Zeit', means: 'Sekunden Training nach dem Fine-Tuning (SFT), die des Belohnungsmodells mitgezählt, wo die Methode eines braucht.' },
    },
    choice: 'Die Wahl unter n Antworten: nach dem Belohnungsmodell und bestenfalls',
    frontier: 'Wahre Belohnung gegen Abstand',
    notes: [
      'Die Obergrenze ist die nach der wahren Belohnung selbst beste von n Antworten des SFT-Modells: Keine Methode, die nur unter ihnen wählt, gewinnt öfter.',
      `${winRates} ${overSeeds}`,
    ],
  },

  overOptimisation: {
    title: 'Einem Proxy folgen',
    ofMean: 'Die Kurve des Mittels über die Seeds',
    of: 'Methode und Proxy',
    columns: {
      seen: { name: 'Trefferquote, Gesehenes', means: 'Die des Belohnungsmodells bei zurückgehaltenen Paaren aus Namen, die in anderen Paaren vorkamen.' },
      unseen: { name: 'Trefferquote, Ungesehenes', means: 'Bei Paaren aus Namen, die nie vorkamen.' },
      peak: { name: 'wahre Belohnung am Gipfel', means: 'Höchste wahre Belohnung auf dem Weg, über der der Policy am Anfang.' },
      peakAt: { name: '√KL des Gipfels', means: 'Wie weit das von der Policy am Anfang entfernt war.' },
      end: { name: 'wahre Belohnung am Ende', means: 'Wahre Belohnung am fernsten Punkt, über der der Policy am Anfang.' },
      endAt: { name: '√KL am Ende', means: 'Wie weit das war.' },
      proxyEnd: { name: 'Proxy-Belohnung am Ende', means: 'Die Proxy-Belohnung dort, über der der Policy am Anfang.' },
      r2: { name: 'R² der Anpassung', means: 'Anteil der Varianz der wahren Belohnung, den das Gesetz erklärt: R = d(a − b·d) bei „Beste aus n“, R = d(a − b·ln d) bei RL.' },
      turn: { name: 'Umkehr nach dem Gesetz', means: 'Abstand, bei dem das angepasste Gesetz am höchsten ist.' },
      rises: { name: 'Proxy steigt', means: 'Anteil der Schritte von einem Punkt der Kurve zum nächsten, bei denen die Proxy-Belohnung höher wird.' },
    },
    proxy: (width, layers, labels, steps) => `${shapeText(width, layers)}, ${page.whole(labels)} Urteile, ${page.whole(steps)} Schritte`,
    groups: { size: 'Größe des Belohnungsmodells', labels: 'Zahl der Urteile' },
    notes: ['Die Zeichnungen und die zweite Tabelle sind aus Mitteln über die Seeds, die erste Tabelle hat 95-%-Intervalle nach Students t über die Seeds. Belohnungen sind die über denen der Policy am Anfang.'],
  },

  rewardModelScaling: {
    title: 'Belohnungsmodelle nach Größe und Urteilen',
    of: 'Belohnungsmodell',
    columns: { seen: 'Trefferquote, Gesehenes', unseen: 'Trefferquote, Ungesehenes', nll: 'NLL', calibration: 'Kalibrierungsfehler', temperature: 'Temperatur', steps: { name: 'Schritte', means: 'Schritte, bis der Loss auf zurückgehaltenen Daten nicht mehr fiel, oder alle, die es gab.' } },
    row: (width, layers, labels) => `${shapeText(width, layers)}, ${page.whole(labels)} Urteile`,
    notes: [
      'Jedes Belohnungsmodell beginnt mit einer Policy seiner eigenen Größe. Es behält die Gewichte mit dem niedrigsten Loss auf zurückgehaltenen Daten; dafür wird ein Viertel der zurückgehaltenen Paare aus gesehenen Namen angesehen.',
      overSeeds,
    ],
  },

  raters: {
    title: 'Was Urteilende mit einem Belohnungsmodell machen',
    of: 'Urteilende',
    columns: { labels: 'richtige Urteile', kappa: 'Kappa der Urteilenden', truth: 'Trefferquote, Wahrheit', community: 'Trefferquote, Gemeinschaft', nll: 'NLL', calibration: 'Kalibrierungsfehler', temperature: 'Temperatur' },
    arms: {
      community: 'die Gemeinschaft selbst',
      'noise-4': 'Rauschen ×4',
      'noise-16': 'Rauschen ×16',
      longer: 'Verzerrung hin zu Längerem',
      first: 'Verzerrung hin zum zuerst Gezeigten',
      disagreement: 'Uneinigkeit 1',
      'noise-4-votes': 'Rauschen ×4, fünf stimmen ab',
      'noise-4-shares': 'Rauschen ×4, Anteile von fünf',
      'disagreement-votes': 'Uneinigkeit 1, fünf stimmen ab',
      'disagreement-shares': 'Uneinigkeit 1, Anteile von fünf',
    },
    same: (pairs) => `Jedes Belohnungsmodell sieht dieselben ${page.whole(pairs)} Paare einmal; fünf Urteilende kosten fünfmal so viele Stimmen wie einer. Zurückgehaltene Paare beurteilt die Gemeinschaft, ohne Rauschen, Verzerrung oder Uneinigkeit von Urteilenden.`,
    seeds: `Jeder Seed hat andere Urteilende derselben Art, die dieselben Paare beurteilen. ${overSeeds}`,
  },

  perplexityFilter: {
    tasks: { sentences: tasks.sentences.title, stories: tasks.stories.title },
    arms: { filtered: 'gefiltert', unfiltered: 'ungefiltert', random: 'zufällig', inverted: 'umgekehrt', 'on-policy': 'eigene Texte' },
    sources: { people, mismatched, corrupted, other },
    comesTo: (task) => `${task}: was bei jeder Wahl der Paare herauskommt`,
    ofPairs: 'Paare',
    columns: {
      pairs: 'Paare',
      winRate: 'Gewinnrate',
      gain: 'wahre Belohnung über SFT',
      seen: 'Belohnungsmodell, Gesehenes',
      unseen: 'Belohnungsmodell, Ungesehenes',
      nll: 'NLL der Paare',
      right: 'richtige Urteile',
      asked: 'erfragte Urteile',
      written: 'geschriebene Token',
      read: 'gelesene Token',
      kl: 'KL',
      distinct: 'verschiedene Tokenpaare',
    },
    against: (task) => `${task}: der Filter gegen seine Kontrollen, Seed für Seed`,
    ofDifference: 'Unterschied',
    less: (one, another) => `${one} − ${another}`,
    keeps: (task) => `${task}: was der Filter von jeder Quelle behält`,
    ofSource: 'Quelle',
    kept: { name: 'behalten', means: 'Anteil ihrer Texte, die in Paaren stehen, die behalten werden.' },
    notes: [
      'Gebaut nach der Zusammenfassung von arXiv:2410.01789, keine Nachbildung. Kandidaten sind Texte von Menschen, Antworten auf andere Prompts, verfälschter Text und Texte eines anderen Modells, beurteilt von den simulierten Urteilenden der Aufgabe.',
      'Zufällig, umgekehrt und eigene Texte sind so groß wie gefiltert; ungefiltert ist alles, was es gibt. Überall wird gleich viele Schritte trainiert, also kommt eine kleinere Menge öfter vor.',
      `${winRates} ${overSeeds}`,
    ],
  },

  activeLabels: {
    strategies: { random: 'zufällig', entropy: 'Entropie', certainty: 'Sicherheit', uncertainty: 'Unsicherheit' },
    measures: { winRate: 'Gewinnrate', accuracy: 'Trefferquote bei zurückgehaltenen Paaren' },
    needed: (measure) => `Urteile, bis erreicht ist, wo zufälliges Fragen endet: ${measure}`,
    of: 'Strategie',
    columns: {
      labels: { name: 'nötige Urteile', means: (most) => `Bis das Mittel über die Seeds da ist, wo zufälliges Fragen nach ${most} Urteilen ist, Punkte durch Geraden verbunden; leer, wo es nie dahin kommt. Intervall: Seeds neu gezogen.` },
      saved: { name: 'gesparte Urteile', means: 'Von denen, die zufälliges Fragen selbst braucht; unter 0 braucht es mehr.' },
      reaches: { name: 'kommt dahin', means: 'Anteil von 2000 Ziehungen der Seeds, in denen es überhaupt dahin kommt. Wo nicht, zählt es, als käme es mit dem letzten Urteil dahin.' },
      final: { name: (measure) => `${measure} am Ende`, means: (means, most) => `${means} Nach ${most} Urteilen.` },
      above: { name: 'über zufälligem Fragen', means: 'Letzter Wert minus den von zufälligem Fragen mit demselben Seed.' },
    },
    cost: (most) => `Was ${most} Urteile kosten`,
    asked: (most) => `der ${most} erfragten Urteile`,
    rounds: (rounds, asked) => `${rounds} Runden mit je ${asked} Urteilen nach der wahren Belohnung; die erste, zufällig gezogene, ist allen gemeinsam. Nach jeder Runde wird DPO noch einmal vom SFT-Modell aus mit allen bisherigen Urteilen trainiert. Nach Gleichständen wird gefragt, aber sie ergeben kein Paar.`,
    strategiesAre: 'Strategien wie bei Muldrew et al. 2024 (Active Preference Learning), mit anderen Modellen, Aufgaben und Urteilenden. Gewinnraten sind gegen das SFT-Modell auf dieselben zurückgehaltenen Prompts. Intervalle sind 95-%-Intervalle: bei Urteilen aus neu gezogenen Seeds, bei Werten nach Students t über die Seeds.',
  },

  sentencesAlignment: {
    goldMeans: 'Hier: das Mittel der Bewertungen, die Menschen den verschiedenen bewerteten Wörtern einer Antwort gegeben haben.',
    title: 'Beide Methoden, über die Seeds',
    of: 'Methode',
    columns: {
      gain: 'wahre Belohnung über SFT',
      gold: 'wahre Belohnung',
      ratio: { name: 'Verhältnis der Perplexitäten', means: (most) => `Perplexität ihrer Texte unter dem Modell, das mit der Seite kam, geteilt durch die der Texte des SFT-Modells. Über ${most} ist es nicht mehr das Englisch der Texte.` },
      perplexity: 'Perplexität',
      winRate: 'Gewinnrate',
      kl: 'KL',
      length: 'Länge',
      distinct: 'Verschiedene',
      known: 'nur bekannte Wörter',
      ended: 'von selbst zu Ende',
    },
    each: 'Jeder Seed für sich',
    ofRun: 'Lauf',
    overPrompts: (means) => `${means} Das Intervall ist das über die Prompts, 95 %.`,
    asAbove: 'Wie oben.',
    run: (stage, seed) => `${stage}, Seed ${seed}`,
    verdict: (stage, above, within, all, most) => `${stage}: Die wahre Belohnung liegt bei ${above} von ${all} Seeds nach dem je eigenen 95-%-Intervall über der von SFT; die Perplexität ist bei ${within} von ${all} höchstens ${most}-mal die der Texte von SFT.`,
    start: 'Beide beginnen mit demselben SFT-Modell; DPO braucht kein Belohnungsmodell, das von PPO lernt aus denselben Paaren.',
  },
};
