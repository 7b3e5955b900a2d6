/** The frame of every screen. */
export const site = {
  brand: 'Nudge, to the Lab',
  screens: 'Screens',
  lab: 'Lab',
  label: 'Label',
  runs: 'Runs',
  model: 'Model',
  class: 'Class',
  data: 'Data',
  experiments: 'Experiments',
  lessons: 'Lessons',
  theme: 'Theme',
  themes: { system: 'system', light: 'light', dark: 'dark', contrast: 'high contrast' },
  language: 'Language',
};
