/** Stops training when held-out loss no longer falls, and goes back to the weights that had the lowest. What it remembers is in the checkpoint, so a resumed stage stops where it would have. */
import type { Parameters } from '../model/parameters';
import type { Stage } from './stage';

/** A model under training and, of the same shape, the place where its best weights are kept. */
export interface Watched {
  model: Parameters;
  best: Parameters;
}

export class EarlyStop {
  /** @param patience evaluations without a lower loss that are one too many */
  constructor(
    private readonly stage: Stage,
    private readonly models: readonly Watched[],
    private readonly patience: number,
  ) {
    stage.counter('best.loss', Infinity);
    stage.counter('best.step', 0);
    stage.counter('best.waited', 0);
  }

  get hasStopped(): boolean {
    return this.stage.counter('best.waited') >= this.patience;
  }

  /** Hears of an evaluation, and keeps the weights if they are the best so far. @returns whether to stop */
  async hear(loss: number): Promise<boolean> {
    const { stage } = this;
    if (loss < stage.counter('best.loss')) {
      for (const { model, best } of this.models) best.assign(await model.read());
      stage.setCounter('best.loss', loss);
      stage.setCounter('best.step', stage.step);
      stage.setCounter('best.waited', 0);
    } else stage.setCounter('best.waited', stage.counter('best.waited') + 1);
    return this.hasStopped;
  }

  /** Puts the best weights back in place. */
  async restore(): Promise<void> {
    for (const { model, best } of this.models) model.assign(await best.read());
  }
}
