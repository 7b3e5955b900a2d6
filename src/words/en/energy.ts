/** Time and energy of a whole run. */
export const energy = {
  about: (time: string, energy: string) => `Whole run: about ${time}, ${energy}`,
  took: (time: string, energy: string) => `Trained ${time}, ${energy}`,
  short: (time: string, energy: string) => `≈ ${time} in all · ${energy}`,
  shortMeans: 'The whole run, all its stages: time so far and what is foretold of the rest, and the energy at the power that is assumed under “Whole run”.',
  one: (wattHours: string) => `${wattHours} Wh`,
  between: (low: string, high: string) => `${low}–${high} Wh`,
  oneWatt: (watts: string) => `${watts} W`,
  wattsBetween: (low: string, high: string) => `${low} to ${high} W`,
  formula: (seconds: string, watts: string, energy: string) => `Energy = time × power ÷ 3600: ${seconds} s × ${watts} ÷ 3600 s/h = ${energy}.`,
  processor: 'No browser can measure power. Assumed is what makers name for laptop processors that work for long: 15 W (Intel’s U class) to 45 W (H class), its Processor Base Power of the 12th and 13th generation. Screen, memory and charger are not counted.',
  graphics: 'No browser can measure power. Assumed is anything from graphics inside a 15 W laptop processor (Intel’s U class, Processor Base Power) to the 150 W that a laptop’s graphics are given at most (NVIDIA’s total graphics power, GeForce RTX 40 series). Screen, memory and charger are not counted.',
  yours: 'Counted with the number of watts that you typed.',
  watts: 'Watts of this machine under load',
  assumed: 'assumed',
  wattsMean: 'If you have a meter or know your machine, type its watts; leave the field empty for the assumed range.',
};
