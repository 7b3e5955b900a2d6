/** What happened at the chosen place, as formulas with their numbers in them, and whose they are. Pure. */
import type { UnrolledStep, WatchedCompletion, WatchedPair, WatchedToken } from '../contract/slow-motion';
import type { Words } from '../words/language';
import type { FrameId, StepNumbers } from './step-frames';

export interface Told {
  /** Whose numbers stand in the lines. */
  about: 'token' | 'pair' | 'completion';
  lines: string[];
  sources: string[];
  /** What this method does in particular. */
  more: string;
}

const told = (about: Told['about'], lines: string[], sources: string[] = [], more = ''): Told => ({ about, lines, sources, more });

/** @param place of the token, in its text @returns null where there is nothing to compute */
export function toldOf(id: FrameId, step: UnrolledStep, row: number, tokens: readonly WatchedToken[], place: number, number: StepNumbers, say: Words['step']): Told | null {
  const token = tokens[place];
  const { watched } = step;
  switch (watched.kind) {
    case 'texts': return token ? ofText(id, token, step, number, say) : null;
    case 'pairs':
    case 'scores': {
      const pair = watched.pairs[row];
      return pair ? ofPair(id, pair, token, step, number, say) : null;
    }
    case 'rollout': {
      const completion = watched.texts[row];
      return completion && token ? ofRollout(id, completion, place, step, number, say) : null;
    }
  }
}

function probabilityOf({ text, numbers: { before = 0 } }: WatchedToken, number: StepNumbers, say: Words['step']): string {
  return say.formulas.probability({ token: say.quoted(text), logProb: number.of(before), percent: number.percent(Math.exp(before)) });
}

function updateOf({ numbers: { before = 0, after = 0 } }: WatchedToken, number: StepNumbers, say: Words['step']): string {
  return say.formulas.update({ before: number.of(before), after: number.of(after), percentBefore: number.percent(Math.exp(before)), percentAfter: number.percent(Math.exp(after)) });
}

function ofText(id: FrameId, token: WatchedToken, { train }: UnrolledStep, number: StepNumbers, say: Words['step']): Told | null {
  const { before = 0 } = token.numbers;
  const sources = [train.algorithm === 'rejection-sampling' ? say.sources.raft : say.sources.nextToken];
  if (id === 'logProbs') return told('token', [probabilityOf(token, number, say)]);
  if (id === 'textLoss') return told('token', [say.formulas.nll({ logProb: number.inner(before), loss: number.of(-before) })], sources);
  if (id === 'afterText') return told('token', [updateOf(token, number, say)]);
  return null;
}

function ofPair(id: FrameId, pair: WatchedPair, token: WatchedToken | undefined, step: UnrolledStep, number: StepNumbers, say: Words['step']): Told | null {
  const { train, batch } = step;
  const { formulas, sources } = say;
  const { before, after, pull } = pair;
  const share = 1 / (1 + Math.exp(-before.margin));
  const loss = [
    ...(isLogistic(train) ? [formulas.sigmoid({ margin: number.of(before.margin), share: number.of(share) })] : []),
    lossLine(pair, train, number.of(share), number, say),
    formulas.pull({ pull: number.of(pull), batch: String(batch) }),
  ];
  const from = { dpo: sources.dpo, 'online-dpo': sources.dpo, simpo: sources.simpo, orpo: sources.orpo, 'reward-model': sources.bradleyTerry } as Partial<Record<string, string>>; // by algorithm
  const own = [from[train.algorithm] ?? ''].filter((text) => text !== '');
  const stands = formulas.standing({ before: number.of(before.margin), after: number.of(after.margin), change: number.signed(after.margin - before.margin) });
  const less = train.algorithm === 'simpo' ? train.gamma : train.algorithm === 'reward-model' ? train.margin : 0;
  const given = { chosen: number.of(before.chosen), rejected: number.inner(before.rejected), margin: number.of(before.margin) };
  const margin = less === 0 ? formulas.margin(given) : formulas.marginLess({ ...given, gamma: number.of(less) });
  switch (id) {
    case 'pairLogProbs': return token ? told('token', [probabilityOf(token, number, say)]) : null;
    case 'margin': {
      const more = train.algorithm === 'simpo' || train.algorithm === 'orpo' ? say.more.simpoMargin : say.more.dpoMargin;
      return told('pair', [...sidesOf(pair, train, number, say), margin], own, more);
    }
    case 'scores': return told('pair', [margin], own);
    case 'pairLoss':
    case 'scoreLoss': return told('pair', loss, own);
    case 'afterPair': return told('pair', [stands, ...(token ? [updateOf(token, number, say)] : [])]);
    case 'afterScores': return told('pair', [stands]);
    default: return null;
  }
}

type Train = UnrolledStep['train'];

/** Whether the loss is of σ(margin) at all. */
const isLogistic = (train: Train): boolean => (train.algorithm === 'dpo' || train.algorithm === 'online-dpo' ? train.loss === 'sigmoid' || train.loss === 'robust' : train.algorithm === 'simpo' || train.algorithm === 'reward-model');

/** Of a loss that is −log σ(margin), with or without centring, in full; else its value alone. */
function lossLine({ before, probability }: WatchedPair, train: Train, share: string, number: StepNumbers, { formulas }: Words['step']): string {
  const loss = number.of(before.loss);
  const hasDoubts = probability < 1 || ('labelSmoothing' in train && train.labelSmoothing > 0);
  if (!isLogistic(train) || hasDoubts || ('loss' in train && train.loss === 'robust')) return formulas.otherLoss({ loss });
  if (train.algorithm !== 'reward-model' || train.centring === 0) return formulas.sigmoidLoss({ share, loss });
  return formulas.centredLoss({ share, loss, centring: number.of(train.centring), sum: number.inner(before.chosen + before.rejected) });
}

function sidesOf({ sums, chosen, rejected, before }: WatchedPair, train: Train, number: StepNumbers, say: Words['step']): string[] {
  if (!sums || !('beta' in train)) return [];
  return ([['chosen', '⁺', chosen], ['rejected', '⁻', rejected]] as const).map(([side, sign, tokens]) => {
    const { policy, reference } = sums[side];
    const given = { sign, beta: number.of(train.beta), reward: number.of(before[side]) };
    return reference === null
      ? say.formulas.simpoReward({ ...given, policy: number.inner(policy), count: String(tokens.length) })
      : say.formulas.dpoReward({ ...given, policy: number.of(policy), reference: number.inner(reference) });
  });
}

function ofRollout(id: FrameId, completion: WatchedCompletion, place: number, step: UnrolledStep, number: StepNumbers, say: Words['step']): Told | null {
  const { train, watched } = step;
  const { tokens, judged, score } = completion;
  const token = tokens[place];
  if (!token || watched.kind !== 'rollout') return null;
  const { formulas, sources, more } = say;
  const { before = 0, after = 0, reference = 0, kl = 0, reward = 0 } = token.numbers;
  const { algorithm } = train;
  const isLast = place === tokens.length - 1;
  const scoring = judged === score ? [formulas.score({ score: number.of(score) })] : [formulas.judged({ judged: number.of(judged), score: number.of(score) })];
  const klCoef = number.of(watched.klCoef);
  switch (id) {
    case 'sampled': return told('token', [probabilityOf(token, number, say)]);
    case 'distance': {
      const estimator = 'klEstimator' in train ? train.klEstimator : algorithm === 'grpo' ? 'k3' : 'k1';
      return told('token', [formulas.klOf[estimator]({ first: estimator === 'k3' ? number.inner(before) : number.of(before), reference: estimator === 'k3' ? number.of(reference) : number.inner(reference), change: number.of(reference - before), kl: number.of(kl) })], [sources.kl]);
    }
    case 'reward': {
      if (algorithm === 'grpo') return told('token', [...scoring, formulas.noReward({ reward: number.of(reward) })], [], more.grpoReward);
      if (algorithm === 'rloo') return told('completion', [...scoring, formulas.whole({ score: number.of(score), klCoef, kl: number.inner(completion.kl), reward: number.of(completion.compared?.reward ?? 0) })], [sources.rloo], more.rlooReward);
      const given = { klCoef, kl: number.inner(kl), score: number.inner(score), reward: number.of(reward) };
      return told('token', [...scoring, isLast ? formulas.lastReward(given) : formulas.tokenReward(given)], [sources.ppoReward], more.ppoReward);
    }
    case 'advantage': return advantageOf(completion, place, step, number, say);
    case 'policyLoss': {
      const isWhole = algorithm === 'rloo' || (algorithm === 'grpo' && train.ratio === 'sequence');
      return told(isWhole ? 'completion' : 'token', lossOf(logRatioOf(completion, token, train), token.numbers.weight ?? 0, train, number, say), [sources.clip]);
    }
    case 'afterPolicy': return told('token', [updateOf(token, number, say), formulas.ratio({ after: number.of(after), before: number.inner(before), ratio: number.of(Math.exp(after - before)) })]);
    default: return null;
  }
}

function advantageOf({ tokens, compared }: WatchedCompletion, place: number, { train, watched }: UnrolledStep, number: StepNumbers, say: Words['step']): Told | null {
  const { formulas, sources, more } = say;
  const { reward = 0, used = reward, value = 0, advantage = 0, weight = 0, ...own } = tokens[place]?.numbers ?? {};
  const next = tokens[place + 1]?.numbers ?? {};
  const spread = watched.kind === 'rollout' ? watched.spread : null;
  const normalised = (raw: number): string[] => (spread ? [formulas.normalised({ raw: number.of(raw), mean: number.inner(spread.mean), deviation: number.of(spread.deviation), weight: number.of(weight) })] : []);
  if (train.algorithm === 'ppo') {
    const { gamma, gaeLambda } = train;
    const following = next.advantage ?? 0;
    const delta = used + gamma * (next.value ?? 0) - value;
    const factors = { gamma: number.of(gamma), lambda: number.of(gaeLambda) };
    return told('token', [
      formulas.delta({ used: number.of(used), gamma: factors.gamma, next: number.inner(next.value ?? 0), value: number.inner(value), delta: number.of(delta) }),
      formulas.gae({ delta: number.of(delta), ...factors, following: number.inner(following), advantage: number.of(advantage) }),
      ...normalised(advantage),
    ], [sources.gae], more.ppoAdvantage);
  }
  if (train.algorithm === 'reinforce-plus-plus') {
    const total = own.return ?? 0;
    return told('token', [formulas.returns({ reward: number.of(total - train.gamma * (next.return ?? 0)), following: number.inner(train.gamma * (next.return ?? 0)), total: number.of(total) }), ...normalised(total)], [sources.reinforce], more.reinforceAdvantage);
  }
  if (!compared) return null;
  const given = { reward: number.of(compared.reward), mean: number.inner(compared.mean), deviation: number.of(compared.deviation), weight: number.of(weight) };
  if (train.algorithm === 'rloo') return told('completion', [formulas.leaveOneOut({ reward: given.reward, others: number.inner(compared.reward - compared.advantage), advantage: number.of(compared.advantage) })], [sources.rloo], more.rlooAdvantage);
  const isByGroup = train.algorithm === 'grpo' && train.scaleRewards === 'group';
  const plain = { ...given, weight: number.of(compared.advantage) };
  return told('completion', [isByGroup ? formulas.group(given) : formulas.groupPlain(plain)], [sources.grpo], more.grpoAdvantage);
}

/** log π′ − log π of what has one ratio: the token, or its completion, whole or by the token. Nats. */
function logRatioOf({ tokens }: WatchedCompletion, { numbers: { before = 0, after = 0 } }: WatchedToken, train: Train): number {
  const whole = tokens.reduce((sum, { numbers }) => sum + (numbers.after ?? 0) - (numbers.before ?? 0), 0);
  if (train.algorithm === 'rloo') return whole;
  return train.algorithm === 'grpo' && train.ratio === 'sequence' ? whole / tokens.length : after - before;
}

/** At the first update, where nothing has moved, and after the last. */
function lossOf(logRatio: number, weight: number, train: Train, number: StepNumbers, say: Words['step']): string[] {
  if (!('clipRange' in train)) return [];
  const [low, high] = [1 - train.clipRange, 1 + ('clipRangeHigh' in train ? train.clipRangeHigh : train.clipRange)];
  return [1, Math.exp(logRatio)].map((ratio) => {
    const clipped = Math.min(high, Math.max(low, ratio));
    return say.formulas.clipped({ ratio: number.of(ratio), low: number.of(low), high: number.of(high), weight: number.of(weight), loss: number.of(-Math.min(ratio * weight, clipped * weight)) });
  });
}
