/** Whether letters and signs typed outside a field are keys of the page. Who speaks to the computer, or presses keys by accident, can do without (WCAG 2.2, 2.1.4); kept by the browser. */
import { keep, kept } from './kept';

export class LetterKeys {
  areOn = $state(kept('browser', 'letter-keys') !== 'off');

  choose(areOn: boolean): void {
    this.areOn = areOn;
    keep('browser', 'letter-keys', areOn ? null : 'off');
  }
}
