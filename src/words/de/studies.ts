/** What experiments are called and what they ask. */
import type { Words } from '../language';

export const studies: Words['studies'] = {
  compare: { title: 'Alle Methoden', asks: 'Welche der Methoden, die aus denselben Paaren lernen, kommt nach dem wahren Maß am weitesten, und zu welchem Preis?' },
  'over-optimisation': { title: 'Überoptimierung', asks: 'Wie weit kann man einem Belohnungsmodell folgen, bevor die wahre Belohnung umkehrt, und führt ein größeres oder eines mit mehr Urteilen weiter?' },
  'reward-model-scaling': { title: 'Belohnungsmodelle nach Größe und Urteilen', asks: 'Was gewinnt ein Belohnungsmodell durch mehr Parameter, und was durch mehr Urteile?' },
  raters: { title: 'Urteilende: Rauschen, Verzerrung, Uneinigkeit', asks: 'Was machen Rauschen, Verzerrung und Uneinigkeit der Urteilenden mit einem Belohnungsmodell, und helfen mehrere Stimmen oder weiche Urteile?' },
  'perplexity-filter': { title: 'Perplexitätsfilter', asks: 'Sind fertige Paare mehr wert, wo das Modell sie selbst hätte schreiben können, und was kosten sie, verglichen damit, eigene Antworten beurteilen zu lassen?' },
  'active-labels': { title: 'Nach welchem Paar man fragt', asks: 'Wie viele Urteile braucht jede Art zu wählen, wonach man fragt, um so weit zu kommen wie zufälliges Fragen mit allen?' },
  'sentences-alignment': { title: 'Freundlichere Sätze', asks: 'Kann ein kleines Modell des Englischen durch die Wahl von Menschen freundlicher werden, und schreibt es dann noch Englisch?' },
};
