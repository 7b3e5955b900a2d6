/** Light, dark, high contrast, or what the system says; kept by the browser. High contrast is light or dark as the system is. */
import { keep, kept } from './kept';

export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type ThemeName = (typeof THEMES)[number];

export class ThemeChoice {
  current = $state<ThemeName>(THEMES.find((name) => name === kept('browser', 'theme')) ?? 'system');
  #isProjected = false;
  readonly #wantsMore = matchMedia('(prefers-contrast: more)');

  constructor() {
    this.#wantsMore.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  choose(name: ThemeName): void {
    this.current = name;
    keep('browser', 'theme', name === 'system' ? null : name);
    this.#apply();
  }

  /** What is projected has high contrast whatever was chosen, in light or dark as that was. */
  project(isProjected: boolean): void {
    this.#isProjected = isProjected;
    this.#apply();
  }

  #apply(): void {
    const { dataset } = document.documentElement;
    const { current } = this;
    if (current === 'light' || current === 'dark') dataset['theme'] = current;
    else delete dataset['theme'];
    if (this.#isProjected || current === 'contrast' || (current === 'system' && this.#wantsMore.matches)) dataset['contrast'] = 'more';
    else delete dataset['contrast'];
  }
}
