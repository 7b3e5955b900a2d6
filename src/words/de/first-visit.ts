/** Was im Labor steht, bevor hier etwas trainiert wurde: ein fertiger Lauf zum Ansehen und ein Rundgang mit drei Schritten. */
import type { Words } from '../language';

export const firstVisit: Words['firstVisit'] = {
  example: {
    title: 'Ein fertiger Lauf von vorher',
    badge: 'Vorher gemacht – nicht deiner, nicht live',
    says: 'So endet ein Lauf dieses Rezepts: früher auf einem anderen Rechner mit demselben Code trainiert und mit der Seite gespeichert. Trainieren beginnt einen eigenen Lauf von vorn und setzt ihn an diese Stelle.',
    facts: (recipe, seed, engine, version) => `${recipe}, Seed ${seed}, auf ${engine} trainiert, mit Version ${version}.`,
    replay: 'Abspielen',
    replaySays: 'Zeigt in zehn Sekunden, wie seine Diagramme und Antworten entstanden sind.',
    hold: 'Abspielen anhalten',
    moment: 'Zeitpunkt des fertigen Laufs',
    at: (stage, step, total) => `${stage} · Schritt ${step} von ${total}`,
    missing: 'Ein fertiger Lauf als Beispiel konnte nicht geholt werden; alles andere geht auch ohne ihn.',
  },
  tour: {
    offer: 'Neu hier?',
    take: 'Rundgang mit drei Schritten',
    decline: 'Nein, danke',
    title: (place, count) => `Rundgang, ${place} von ${count}`,
    back: 'Zurück',
    next: 'Weiter',
    done: 'Fertig',
    leave: 'Rundgang verlassen',
    stops: {
      recipe: { title: 'Ein Rezept und Trainieren', says: 'Ein Rezept ist eine Liste von Stufen: Erst lernt ein Modell zu schreiben, dann lernt es, was Menschen lieber mögen. Wähle hier eines, ändere darunter, was du willst, und drücke unten auf der Seite Trainieren.' },
      charts: { title: 'Belohnung gegen KL', says: 'Nach rechts: wie weit sich das Modell von seinem Anfang entfernt hat (KL). Nach oben: wie gut seine Antworten sind (Belohnung). Gutes Training steigt, ohne weit abzuschweifen; steigt nur, was der Richter sagt, wird der Richter getäuscht.' },
      answers: { title: 'Die Antworten', says: 'Immer dieselben Prompts, beantwortet vom Modell vorher und vom Modell jetzt. Schau zuerst hierhin: Zahlen können steigen, während die Antworten schlechter werden. Klick auf ein Wort, um zu sehen, was dort sonst hätte stehen können.' },
    },
  },
};
