/** Light, dark, or what the system says; kept by the browser. */
import { keep, kept } from './kept';

export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeName = (typeof THEMES)[number];

export class ThemeChoice {
  current = $state<ThemeName>(THEMES.find((name) => name === kept('browser', 'theme')) ?? 'system');

  constructor() {
    this.#apply();
  }

  choose(name: ThemeName): void {
    this.current = name;
    keep('browser', 'theme', name === 'system' ? null : name);
    this.#apply();
  }

  #apply(): void {
    if (this.current === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.current;
  }
}
