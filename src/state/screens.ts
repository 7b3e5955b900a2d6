/** The screens, in the order of the page's head; a screen's name is its address, `#/runs`. */
export const SCREENS = ['lab', 'label', 'runs', 'model', 'class', 'data', 'experiments', 'lessons'] as const;
/** Reached from another screen, and so in no head. */
export const INNER_SCREENS = ['step', 'hand-out'] as const;
export type Screen = (typeof SCREENS)[number] | (typeof INNER_SCREENS)[number];

export const isInner = (screen: Screen): screen is (typeof INNER_SCREENS)[number] => INNER_SCREENS.some((inner) => inner === screen);
