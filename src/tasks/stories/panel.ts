/** The raters of `stories`: twelve people, each of one community, who are asked about the pairs that training learns from. */
import type { PoolAgreement } from '../../contract/agreement';
import type { Random } from '../../contract/random';
import type { TaskConfig } from '../../contract/tasks';
import { agreementOn, chanceOfFirst, drawMoves, labelOf, someRaters, type Label } from '../raters';
import { ATTRIBUTES, type Attributes } from './attributes';
import { liked, moved, type Weights } from './communities';

/** So that three communities have as many each. */
const POOL = 12;

type PanelConfig = Pick<TaskConfig<'stories'>, 'temperature' | 'raters' | 'labels' | 'raterNoise' | 'disagreement' | 'bias' | 'biasToward'>;

export class Panel {
  readonly #votes: boolean[][] = [];
  readonly #tastes: readonly Weights[];

  /** @param communities whose members the raters are, in turn @param random of this panel alone */
  constructor(communities: readonly Weights[], private readonly config: PanelConfig, private readonly random: Random) {
    const moves = drawMoves(POOL, ATTRIBUTES.length, config.disagreement, random);
    this.#tastes = moves.map((ofRater, i) => moved(communities[i % communities.length]!, ofRater)); // there is at least one
  }

  /** Whether the first of two stories that make sense is chosen. */
  label(first: Attributes, second: Attributes): Label {
    const { temperature, raters, labels, raterNoise, bias, biasToward } = this.config;
    const votes = someRaters(POOL, raters, this.random).map((rater) => {
      const taste = this.#tastes[rater]!; // one of the pool
      const isShownFirst = this.random.below(2) === 0;
      const side = biasToward === 'longer' ? first.length - second.length : isShownFirst ? 1 : -1;
      return this.random.next() < chanceOfFirst({ difference: liked(first, taste) - liked(second, taste), bias: bias * side, temperature: temperature * raterNoise });
    });
    this.#votes.push(votes);
    return labelOf(votes, labels, this.random);
  }

  /** On all pairs so far; undefined where one rater was asked about each. */
  get agreement(): PoolAgreement | undefined {
    return agreementOn(this.#votes);
  }
}
