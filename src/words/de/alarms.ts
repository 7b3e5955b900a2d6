/** What is going wrong in a stage: what happened, what it means, what to do. */
import type { Words } from '../language';

export const alarms: Words['alarms'] = {
  group: (stage) => `Worauf bei ${stage} zu achten ist`,
  of: (stage) => `Alarme von ${stage}`,
  none: 'Kein Alarm.',
  watching: (watched) => `Beim Training wird beobachtet: ${watched}.`,
  since: (step) => `seit Schritt ${step}`,
  place: (place, count) => ` · ${place} von ${count}`,
  outside: 'Außerhalb des gesunden Bereichs:',
  watched: {
    pairs: 'ob es seine Paare auswendig lernt, was zurückgehaltene Paare zeigen',
    answers: 'Länge, Enden, Vielfalt, Wiederholung, Sicherheit und Abstand zur Referenz',
    answersAndGold: 'Länge, Enden, Vielfalt, Wiederholung, Sicherheit, Abstand zur Referenz und ob die wahre Belohnung der Bewertung folgt',
  },
  words: {
    longer: { says: 'Die Antworten sind doppelt so lang wie am Anfang der Stufe.', means: 'Für Länge bekommt man oft am leichtesten Belohnung.', remedy: 'Lies die Antworten; wenn sie aufgebläht sind, erhöhe den KL-Koeffizienten oder β, oder trainiere das Belohnungsmodell mit gleich langen Paaren.' },
    shorter: { says: 'Die Antworten sind weniger als halb so lang wie am Anfang der Stufe.', means: 'Wenig zu sagen kann der sicherste Weg zu einer Belohnung sein.', remedy: 'Lies die Antworten; wenn sie zu wenig sagen, erhöhe den KL-Koeffizienten oder β.' },
    endless: { says: 'Die Antworten hören nicht mehr auf.', means: 'Mehr als jede zehnte wird abgeschnitten und so bewertet, wie sie dasteht.', remedy: 'Erhöhe die Strafe für ein fehlendes Ende oder senke die Lernrate.' },
    same: { says: 'Die Policy sagt fast jedes Mal dasselbe.', means: 'Sie ist auf ein paar Antworten zusammengefallen, die gut bewertet werden.', remedy: 'Erhöhe den KL-Koeffizienten oder β, oder hör bei einem früheren Checkpoint auf.' },
    pieces: { says: 'Die Antworten bestehen immer aus denselben Stücken.', means: 'Nur noch halb so viele verschiedene Tokenpaare kommen vor wie am Anfang der Stufe.', remedy: 'Erhöhe den KL-Koeffizienten oder β, oder hör bei einem früheren Checkpoint auf.' },
    repeats: { says: 'Die Antworten wiederholen sich.', means: 'Jedes fünfte Tokenpaar stand in derselben Antwort schon einmal.', remedy: 'Sieh nach, ob das Belohnungsmodell Wiederholung mag; erhöhe den KL-Koeffizienten oder β.' },
    decided: { says: 'Die Policy probiert nichts anderes mehr aus.', means: 'Sie ist sich bei jedem Token fast sicher, also findet sie beim Ziehen nichts Neues, aus dem zu lernen wäre.', remedy: 'Senke die Lernrate oder gib einen Entropiebonus, wo es einen gibt.' },
    left: { says: 'Die Policy hat die Referenz verlassen.', means: 'Ihre Antworten ähneln keinen, an denen die Belohnungen gelernt wurden, also bedeuten die Belohnungen dort wenig.', remedy: 'Erhöhe den KL-Koeffizienten oder β, oder senke die Lernrate.' },
    'length-paid': { says: 'Längere Antworten werden höher bewertet.', means: 'Die Bewertung misst vor allem Länge.', remedy: 'Sieh dir das Diagramm der Längen an; trainiere das Belohnungsmodell mit gleich langen Paaren oder bestrafe Länge.' },
    'brevity-paid': { says: 'Kürzere Antworten werden höher bewertet.', means: 'Die Bewertung misst vor allem Länge.', remedy: 'Sieh dir das Diagramm der Längen an; trainiere das Belohnungsmodell mit gleich langen Paaren.' },
    worse: { says: 'Nach dem wahren Maß sind die Antworten schlechter geworden.', means: 'Sie verlieren gegen die des Modells, mit dem die Stufe begann.', remedy: 'Senke die Lernrate oder prüfe, ob die Präferenzen sind, was du denkst.' },
    fooled: {
      says: 'Die Bewertung steigt, während die wahre Belohnung fällt: Die Policy überlistet das Belohnungsmodell.',
      means: 'Was das Training maximiert und was gewollt ist, haben sich getrennt (Überoptimierung, Gao et al. 2023).',
      remedy: 'Hör da auf, wo die wahre Belohnung am höchsten war, erhöhe den KL-Koeffizienten oder β, oder gib dem Belohnungsmodell mehr Urteile.',
    },
    'by-heart': {
      says: 'Der Loss fällt auf den Trainingsdaten und steigt auf zurückgehaltenen Daten.',
      means: 'Das Modell lernt seine Daten auswendig statt das, was sie gemeinsam haben.',
      remedy: 'Trainiere weniger Schritte, mit mehr Daten oder mit mehr Weight Decay.',
    },
  },
};
