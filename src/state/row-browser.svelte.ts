/** Rows of one source a page at a time, all of them or those that hold some words. */
import type { DataDesk } from '../client/data-client';
import type { Described, RowPage, RowSource } from '../contract/data-api';
import { errorText } from '../words/spoken';

export const ROWS_A_PAGE = 25;

export class RowBrowser {
  /** Null until it is known. */
  about = $state.raw<Described | null>(null);
  page = $state.raw<RowPage | null>(null);
  /** Number of the page's first row among those found, from 0. */
  from = $state(0);
  words = $state('');
  isSearching = $state(false);
  problem = $state('');
  #question = 0;

  constructor(
    private readonly desk: DataDesk,
    readonly source: RowSource,
  ) {}

  async open(): Promise<void> {
    try {
      this.about = await this.desk.describe(this.source);
      await this.turnTo(0);
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  async search(words: string): Promise<void> {
    this.words = words;
    await this.turnTo(0);
  }

  /** Whatever was asked last is shown, however long the answers take. */
  async turnTo(from: number): Promise<void> {
    const question = ++this.#question;
    this.isSearching = true;
    try {
      const words = this.words.split(/\s+/).filter((word) => word !== '');
      const page = await this.desk.browse(this.source, words, from, ROWS_A_PAGE);
      if (question !== this.#question) return;
      this.page = page;
      this.from = from;
      this.problem = '';
    } catch (error) {
      if (question === this.#question) this.problem = errorText(error);
    } finally {
      if (question === this.#question) this.isSearching = false;
    }
  }
}
