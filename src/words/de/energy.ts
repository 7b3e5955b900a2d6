/** Zeit und Energie eines ganzen Laufs. */
import type { Words } from '../language';

export const energy: Words['energy'] = {
  about: (time, energyText) => `Ganzer Lauf: etwa ${time}, ${energyText}`,
  took: (time, energyText) => `${time} trainiert, ${energyText}`,
  short: (time, energyText) => `≈ ${time} insgesamt · ${energyText}`,
  shortMeans: 'Der ganze Lauf mit allen Stufen: die Zeit bis jetzt und was für den Rest vorausgesagt wird, und die Energie bei der Leistung, die unter „Ganzer Lauf“ angenommen ist.',
  one: (wattHours) => `${wattHours} Wh`,
  between: (low, high) => `${low}–${high} Wh`,
  oneWatt: (watts) => `${watts} W`,
  wattsBetween: (low, high) => `${low} bis ${high} W`,
  formula: (seconds, watts, energyText) => `Energie = Zeit × Leistung ÷ 3600: ${seconds} s × ${watts} ÷ 3600 s/h = ${energyText}.`,
  processor: 'Kein Browser kann Leistung messen. Angenommen ist, was Hersteller für Laptop-Prozessoren nennen, die lange arbeiten: 15 W (Klasse U von Intel) bis 45 W (Klasse H), die Processor Base Power der 12. und 13. Generation. Bildschirm, Speicher und Netzteil zählen nicht mit.',
  graphics: 'Kein Browser kann Leistung messen. Angenommen ist alles zwischen Grafik in einem Laptop-Prozessor mit 15 W (Klasse U von Intel, Processor Base Power) und den 150 W, die die Grafik eines Laptops höchstens bekommt (Total Graphics Power von NVIDIA, GeForce RTX 40). Bildschirm, Speicher und Netzteil zählen nicht mit.',
  yours: 'Gerechnet mit der Wattzahl, die du eingetragen hast.',
  watts: 'Watt dieses Rechners unter Last',
  assumed: 'angenommen',
  wattsMean: 'Wenn du ein Messgerät hast oder deinen Rechner kennst, trag seine Watt ein; lass das Feld leer für den angenommenen Bereich.',
};
