/** Characters of a run's name in a sentence: one that says many settings would be all there is to read. */
const LONGEST = 60;

/** A run's name as it stands among other words. */
export const shortName = (name: string): string => {
  const letters = [...name];
  return letters.length <= LONGEST ? name : `${letters.slice(0, LONGEST - 1).join('').trimEnd()}…`;
};
