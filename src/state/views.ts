/** The screens, in the order of the page's head. */
export const VIEWS = ['lab', 'label', 'runs', 'data', 'experiments'] as const;
export type View = (typeof VIEWS)[number];
