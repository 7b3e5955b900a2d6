/**
 * The words of the stories, in English and German side by side: whatever stands in one place of a list means the same.
 * Chosen so that nothing needs an exception: German nouns are strong and look alike in the three cases used, heroes are masculine or feminine
 * (he, she), and line ends that rhyme in one language rhyme in the other (mouse and house, Maus and Haus).
 */
export const LANGUAGES = ['English', 'German'] as const;
export type Language = (typeof LANGUAGES)[number];
export type InBoth = Readonly<Record<Language, string>>;

/** German gender; `mass` nouns take no article here. */
type Gender = 'm' | 'f' | 'n' | 'mass';

export interface Noun extends InBoth {
  gender: Gender;
}

export interface Hero extends Noun {
  gender: 'm' | 'f';
}

const noun = (gender: Gender) => (English: string, German: string): Noun => ({ gender, English, German });
const [m, f, n, mass] = [noun('m'), noun('f'), noun('n'), noun('mass')];
const both = (English: string, German: string): InBoth => ({ English, German });
const hero = (gender: 'm' | 'f') => (English: string, German: string): Hero => ({ gender, English, German });
const [he, she] = [hero('m'), hero('f')];

export const HEROES: readonly Hero[] = [
  he('fox', 'Fuchs'), he('frog', 'Frosch'), he('hedgehog', 'Igel'), he('badger', 'Dachs'), he('wolf', 'Wolf'), he('baker', 'Bäcker'), he('king', 'König'), he('wizard', 'Zauberer'),
  she('cat', 'Katze'), she('owl', 'Eule'), she('duck', 'Ente'), she('bee', 'Biene'), she('witch', 'Hexe'), she('queen', 'Königin'), she('goose', 'Gans'), she('turtle', 'Schildkröte'),
];

/** German without its ending. */
export const TRAITS: readonly InBoth[] = [both('little', 'klein'), both('young', 'jung'), both('clever', 'klug'), both('brave', 'mutig'), both('shy', 'scheu'), both('quick', 'flink')];

export const WANTS: readonly Noun[] = [
  m('key', 'Schlüssel'), f('lamp', 'Lampe'), f('map', 'Karte'), m('coat', 'Mantel'), m('cake', 'Kuchen'), f('crown', 'Krone'), f('drum', 'Trommel'), f('flute', 'Flöte'),
  n('book', 'Buch'), n('bed', 'Bett'), m('letter', 'Brief'), m('spoon', 'Löffel'), m('basket', 'Korb'), f('bell', 'Glocke'), m('mirror', 'Spiegel'), m('hat', 'Hut'),
  f('feather', 'Feder'), m('apple', 'Apfel'), n('boat', 'Boot'), f('coin', 'Münze'), n('picture', 'Bild'), m('table', 'Tisch'),
];

/** Where a story is set, with a word by which it is told, and what may be met there. */
export interface Theme {
  id: string;
  places: readonly { words: InBoth; told: InBoth }[];
  sights: readonly Noun[];
}

const place = (English: string, German: string, told: InBoth) => ({ words: both(English, German), told });

export const THEMES: readonly Theme[] = [
  {
    id: 'sea',
    places: [place('on an island', 'auf einer Insel', both('island', 'Insel')), place('by the sea', 'am Meer', both('sea', 'Meer')), place('in a harbour', 'in einem Hafen', both('harbour', 'Hafen'))],
    sights: [f('wave', 'Welle'), n('ship', 'Schiff'), f('shell', 'Muschel'), m('whale', 'Wal')],
  },
  {
    id: 'forest',
    places: [place('in a forest', 'in einem Wald', both('forest', 'Wald')), place('under an oak', 'unter einer Eiche', both('oak', 'Eiche')), place('in a clearing', 'auf einer Lichtung', both('clearing', 'Lichtung'))],
    sights: [f('fir', 'Tanne'), n('deer', 'Reh'), m('mushroom', 'Pilz'), m('fern', 'Farn')],
  },
  {
    id: 'mountains',
    places: [place('on a mountain', 'auf einem Berg', both('mountain', 'Berg')), place('in a cave', 'in einer Höhle', both('cave', 'Höhle')), place('in a valley', 'in einem Tal', both('valley', 'Tal'))],
    sights: [m('peak', 'Gipfel'), m('eagle', 'Adler'), m('glacier', 'Gletscher'), m('waterfall', 'Wasserfall')],
  },
  {
    id: 'town',
    places: [place('in a town', 'in einer Stadt', both('town', 'Stadt')), place('by the market', 'am Markt', both('market', 'Markt')), place('in a tower', 'in einem Turm', both('tower', 'Turm'))],
    sights: [f('lantern', 'Laterne'), f('bridge', 'Brücke'), f('carriage', 'Kutsche'), m('fountain', 'Brunnen')],
  },
  {
    id: 'farm',
    places: [place('on a farm', 'auf einem Hof', both('farm', 'Hof')), place('by a mill', 'an einer Mühle', both('mill', 'Mühle')), place('in a barn', 'in einer Scheune', both('barn', 'Scheune'))],
    sights: [f('cow', 'Kuh'), n('hen', 'Huhn'), m('plough', 'Pflug'), n('field', 'Feld')],
  },
];

/** A word that a story's last lines end in. Words of one rhyme rhyme with each other in both languages, and with nothing else here. */
export type LineEnd = ({ kind: 'thing' } & Noun | { kind: 'quality' } & InBoth) & { rhyme?: string };

const thing = (noun: Noun, rhyme?: string): LineEnd => ({ kind: 'thing', ...noun, ...(rhyme !== undefined && { rhyme }) });
const quality = (English: string, German: string, rhyme?: string): LineEnd => ({ kind: 'quality', English, German, ...(rhyme !== undefined && { rhyme }) });

export const LINE_ENDS: readonly LineEnd[] = [
  thing(f('mouse', 'Maus'), 'mouse'), thing(n('house', 'Haus'), 'mouse'),
  thing(mass('sand', 'Sand'), 'sand'), thing(n('land', 'Land'), 'sand'),
  thing(m('ring', 'Ring'), 'ring'), thing(n('thing', 'Ding'), 'ring'),
  thing(mass('bread', 'Brot'), 'bread'), quality('red', 'rot', 'bread'),
  thing(n('sheep', 'Schaf'), 'sheep'), thing(mass('sleep', 'Schlaf'), 'sheep'),
  thing(m('hound', 'Hund'), 'hound'), quality('round', 'rund', 'hound'),
  thing(mass('wine', 'Wein'), 'wine'), quality('fine', 'fein', 'wine'),
  thing(mass('rice', 'Reis'), 'rice'), thing(mass('ice', 'Eis'), 'rice'),
  thing(m('star', 'Stern'), 'star'), quality('far', 'fern', 'star'),
  thing(m('ball', 'Ball'), 'ball'), thing(m('stall', 'Stall'), 'ball'),
  thing(n('lamb', 'Lamm'), 'lamb'), thing(m('dam', 'Damm'), 'lamb'),
  quality('old', 'alt', 'old'), quality('cold', 'kalt', 'old'),
  quality('mild', 'mild', 'mild'), quality('wild', 'wild', 'mild'),
  thing(m('tree', 'Baum')), thing(f('door', 'Tür')), thing(n('nest', 'Nest')), thing(f('candle', 'Kerze')), thing(n('egg', 'Ei')),
  quality('soft', 'weich'), quality('calm', 'ruhig'), quality('blue', 'blau'), quality('green', 'grün'),
];

/** One cheerful word in each, and which it is. In a sentence {S} is the hero, capital at its beginning, and {s} the same elsewhere. */
interface MoodSentence extends InBoth {
  told: InBoth;
}
const mood = (English: string, German: string, tellsEnglish: string, tellsGerman: string): MoodSentence => ({ English, German, told: both(tellsEnglish, tellsGerman) });

export const CHEERFUL: readonly MoodSentence[] = [
  mood('{S} laughed all day.', '{S} lachte den ganzen Tag.', 'laughed', 'lachte'),
  mood('{S} danced with joy.', '{S} tanzte vor Freude.', 'joy', 'Freude'),
  mood('{S} smiled at the moon.', '{S} lächelte den Mond an.', 'smiled', 'lächelte'),
  mood('{S} sang a merry song.', '{S} sang ein fröhliches Lied.', 'merry', 'fröhliches'),
  mood('{S} was glad and wide awake.', '{S} war froh und hellwach.', 'glad', 'froh'),
  mood('{S} clapped and was happy.', '{S} klatschte und war glücklich.', 'happy', 'glücklich'),
];

export const GLOOMY: readonly MoodSentence[] = [
  mood('{S} wept all night.', '{S} weinte die ganze Nacht.', 'wept', 'weinte'),
  mood('{S} trembled with fear.', '{S} zitterte vor Angst.', 'fear', 'Angst'),
  mood('{S} sighed up at the moon.', '{S} seufzte zum Mond hinauf.', 'sighed', 'seufzte'),
  mood('{S} sang a sad song.', '{S} sang ein trauriges Lied.', 'sad', 'trauriges'),
  mood('{S} was lonely and tired.', '{S} war einsam und müde.', 'lonely', 'einsam'),
  mood('{S} lay awake with grief.', '{S} lag vor Kummer wach.', 'grief', 'Kummer'),
];

export const EVERYDAY: readonly InBoth[] = [
  both('{S} ate a slice of cheese.', '{S} aß ein Stück Käse.'),
  both('{S} counted the clouds.', '{S} zählte die Wolken.'),
  both('{S} went on for three days.', '{S} ging drei Tage lang weiter.'),
  both('{S} drank a glass of milk.', '{S} trank ein Glas Milch.'),
  both('{S} packed a small bag.', '{S} packte eine kleine Tasche.'),
  both('{S} looked under every stone.', '{S} sah unter jedem Stein nach.'),
  both('{S} asked the wind for help.', '{S} fragte den Wind um Rat.'),
];

/** {a} is a noun with its article as the language needs it there; the German ones name the case. */
export const OPENERS: readonly InBoth[] = [both('Once', 'Einst'), both('Last year', 'Letztes Jahr'), both('Back then', 'Damals')];
export const OPENING: InBoth = both('{opener} {hero} lived {place} and wanted {acc}.', '{opener} lebte {hero} {place} und wünschte sich {acc}.');
export const SIGHTS: readonly InBoth[] = [
  both('There {s} saw {acc}.', 'Dort sah {s} {acc}.'),
  both('{S} sat down beside {acc}.', '{S} setzte sich neben {acc}.'),
  both('{S} walked past {dat}.', '{S} ging an {dat} vorbei.'),
];

export const MANNERS = ['blunt', 'please', 'dear'] as const;
export type Manner = (typeof MANNERS)[number];
export const REQUESTS: Readonly<Record<Manner, InBoth>> = {
  blunt: both('“Give me {acc},” {s} said to {helper}.', '„Gib mir {acc}“, sagte {s} {toHelper}.'),
  please: both('“Please give me {acc},” {s} said to {helper}.', '„Bitte gib mir {acc}“, sagte {s} {toHelper}.'),
  dear: both('“Please give me {acc}, dear {name},” {s} said.', '„Bitte gib mir {acc}, {dearName}“, sagte {s}.'),
};
export const THANKS: InBoth = both('“Thanks, {name},” {s} said.', '„Danke, {name}“, sagte {s}.');

/** The last lines, which end in the word they are about: the first, then the second, of either kind. */
export const FIRST_LINES: Readonly<Record<LineEnd['kind'], readonly InBoth[]>> = {
  thing: [both('In the end {s} found {acc}.', 'Am Ende fand {s} {acc}.'), both('At last {s} thought of {acc}.', 'Zuletzt dachte {s} an {acc}.')],
  quality: [both('And the world was {quality}.', 'Und die Welt war {quality}.'), both('Soon everything was {quality}.', 'Bald war alles {quality}.')],
};
export const SECOND_LINES: Readonly<Record<LineEnd['kind'], readonly InBoth[]>> = {
  thing: [both('Then {s} dreamed of {dat}.', 'Dann träumte {s} von {dat}.'), both('At home {s} talked of {dat}.', 'Zu Hause sprach {s} von {dat}.')],
  quality: [both('Now everything seemed {quality}.', 'Nun schien alles {quality}.'), both('Only the moon was {quality}.', 'Nur der Mond war {quality}.')],
};

/** A sentence has as many of these as it is polite. */
export const POLITE: Readonly<Record<Language, readonly string[]>> = { English: ['please', 'dear', 'thanks'], German: ['bitte', 'liebe', 'lieber', 'danke'] };
