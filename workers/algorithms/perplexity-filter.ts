/**
 * Perplexity filter: of preference pairs that others wrote, those are kept which one specific model could have written itself, so that ready-made data becomes nearly its own
 * without anybody labelling its samples. A reconstruction from the abstract of arXiv:2410.01789; what the filters are stands in src/contract/perplexity.ts.
 *
 * First the model's own samples are drawn and read: where most of them lie is the band. Each step then makes a batch of candidates, scores both sides by the model's negative
 * log-likelihood a token, has the task's raters label the pair, and applies the filter. The last step chooses what the stage leaves: the filter's pairs, or as many of a control.
 * Candidates, labels and the band depend on the run's seed and the model alone, not on the stage, so that every control sees the same ones.
 */
import type { AlgorithmConfig } from '../../src/contract/algorithms';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { MetricName, MetricRow } from '../../src/contract/metrics';
import { Bands, dislike, SOURCE_IDS, verdictOn, type Scored, type Verdict } from '../../src/contract/perplexity';
import type { Random } from '../../src/contract/random';
import { asRows, pairsOfRows } from '../../src/tasks/pair-lists';
import type { Example, PreferencePair } from '../../src/tasks/task';
import { generate } from '../model/generate';
import { asCandidates, candidatesOf, type Candidate } from '../stage/candidates';
import { meanLogProbs, stacked } from '../stage/evaluate';
import { pairsByPolicy } from '../stage/pair-samples';
import { isSame } from '../stage/questions';
import type { Stage } from '../stage/stage';
import { isDue, MID_STEP, type LongLoop } from './algorithm';

type Config = AlgorithmConfig<'perplexity-filter'>;

/** A pair and what the model makes of it. */
interface Judged {
  pair: PreferencePair;
  chosen: Scored;
  rejected: Scored;
  /** Places in SOURCE_IDS. */
  sources: readonly [chosen: number, rejected: number];
  verdict: Verdict;
}

/** What a stage leaves. */
interface Left {
  pairs: PreferencePair[];
  /** Tokens the model had to write itself. */
  generated: number;
  /** Pairs that somebody looked at and called a tie. */
  ties: number;
}

/** What the checkpoint keeps beside the pairs: candidate pairs, a row for each (NLL of chosen and rejected, source of each, the filter's verdict), and the model's own samples (NLL, length of the prompt). */
const CANDIDATES = 'candidates';
const MEASURED = 'measured';
const OWN = 'own';

const VERDICTS = ['drop', 'keep', 'turn'] as const;

export const perplexityFilter: LongLoop<'perplexity-filter'> = async function* (stage, config) {
  const { task } = stage;
  const { steps, batchSize, filter, edge, arm } = config;
  if (config.candidates === 'sources' && !task.preference) throw new Failure('invalid-config', detail('nobody-labels-pairs'));
  if (config.candidates === 'data' && filter === 'mine') throw new Failure('invalid-config', detail('mine-needs-sources'));
  const target = stage.frozen({ from: 'policy' }).views;
  const other = stage.has('other') ? stage.frozen({ from: 'other' }).views : undefined;
  const foreign = stage.foreign();
  if (foreign && !task.tokenizer.encode) throw new Failure('invalid-config', detail('foreign-needs-text'));
  const others = { ...(other && { other }), ...(foreign && { foreign }) };

  const own = await ownSamples(stage, config, target);
  const bands = new Bands(own, [1 - edge, edge]);
  const ownTokens = own.reduce((sum, { length }) => sum + length, 0);
  /** Pairs that mining has found so far: its controls are as large. */
  let found = 0;
  yield MID_STEP;

  while (stage.step < steps) {
    const random = stage.runRandom(`candidates ${stage.step}`);
    found = stage.counter('mined');
    const groups = config.candidates === 'data' ? asCandidates(stage.pairs.slice(stage.step * batchSize, (stage.step + 1) * batchSize))
      : await candidatesOf(stage, { count: batchSize, perPrompt: filter === 'mine' ? config.perPrompt : 2, corruption: config.corruption }, others, random);
    const scores = await scored(target, groups.flat());
    const judged = groups.flatMap((group) => paired(group, scores, random) ?? []);

    if (groups.length === 0 && stage.numbers(MEASURED).length === 0) throw new Failure('nothing-left', detail('no-first-pair'));
    const isLast = stage.step + 1 === steps;
    if (judged.length === 0 && stage.numbers(MEASURED).length === 0) throw new Failure('nothing-left', detail('all-ties'));
    const candidates = [...pairsOfRows(stage.list(CANDIDATES)), ...judged.map(({ pair }) => pair)];
    const measured = [...stage.numbers(MEASURED), ...judged.map(({ chosen, rejected, sources, verdict }) => [Math.min(chosen.nll, BEYOND), Math.min(rejected.nll, BEYOND), ...sources, VERDICTS.indexOf(verdict)])];
    const left = isLast ? await leave(candidates, measured) : undefined;

    stage.step += 1;
    stage.setList(CANDIDATES, asRows(candidates));
    stage.setNumbers(MEASURED, measured);
    stage.setNumbers(OWN, own.map(({ nll, promptLength }) => [nll, promptLength]));
    if (left) stage.keepPairs(left.pairs);
    stage.setCounter('mined', found);
    stage.setCounter('scored', stage.counter('scored') + groups.flat().reduce((sum, { completion }) => sum + completion.length, 0));
    const row = describe(measured, own, candidates, left?.pairs, stage);
    const isFiltering = arm === 'filtered' || arm === 'inverted';
    const costs: MetricRow = {
      'labels/asked': left ? left.pairs.length + left.ties : isFiltering ? measured.filter(([, , , , verdict]) => verdict !== 0).length : candidates.length,
      'tokens/generated': (isFiltering ? ownTokens : 0) + (left?.generated ?? 0),
      'tokens/scored': isFiltering ? ownTokens + stage.counter('scored') : 0,
      ...(left && { 'filter/nll_kept': await meanNll(target, left.pairs) }),
    };
    if (isDue(stage.step, config)) yield { row: { ...row, ...costs }, samples: { step: stage.step, prompts: [], pairs: await pairsByPolicy(stage, target, other ?? target, (left?.pairs ?? candidates).slice(0, SHOWN)) } };
    else yield { row: { ...row, ...costs } };
  }

  /**
   * One pair of a prompt's candidates, labelled by a rater; nothing where raters are even, as published pairs have no ties. Mining takes two of those within the cap,
   * its controls any two.
   */
  function paired(group: readonly Candidate[], scores: ReadonlyMap<Candidate, Scored>, random: Random): Judged | undefined {
    const scoreOf = (candidate: Candidate) => scores.get(candidate)!; // all were scored
    const shuffled = config.candidates === 'data' ? [...group] : random.shuffle([...group]);
    const chance = random.next(); // drawn in any case: what follows is the same for every control
    const labelled = ([a, b]: readonly Candidate[]): readonly [Candidate, Candidate] | undefined => {
      if (!a || !b) return undefined;
      const preference = config.candidates === 'data' ? 1 : task.preference!(a.prompt, a.completion, b.completion); // checked above
      return preference === 0.5 ? undefined : chance < preference ? [a, b] : [b, a];
    };
    const mined = filter === 'mine' ? labelled(shuffled.filter((candidate) => scoreOf(candidate).nll <= bands.of(scoreOf(candidate)).high)) : undefined;
    if (mined) found += 1;
    const pair = filter === 'mine' && arm === 'filtered' ? mined : labelled(shuffled);
    if (!pair) return undefined;
    const [chosen, rejected] = pair;
    const [high, low] = [scoreOf(chosen), scoreOf(rejected)];
    return {
      pair: { prompt: chosen.prompt, chosen: chosen.completion, rejected: rejected.completion },
      chosen: high, rejected: low, verdict: verdictOn(high, low, bands, config),
      sources: [SOURCE_IDS.indexOf(chosen.source), SOURCE_IDS.indexOf(rejected.source)],
    };
  }

  /** What the stage leaves of all candidates, and what of its own the model had to write for it. Throws `nothing-left`. */
  async function leave(candidates: readonly PreferencePair[], measured: readonly (readonly number[])[]): Promise<Left> {
    const kept = candidates.flatMap((pair, i) => {
      const verdict = VERDICTS[measured[i]![4]!]; // a row a pair
      return verdict === 'keep' ? [pair] : verdict === 'turn' ? [{ ...pair, chosen: pair.rejected, rejected: pair.chosen }] : [];
    });
    if (arm === 'unfiltered') return { pairs: [...candidates], generated: 0, ties: 0 };
    const count = filter === 'mine' ? found : kept.length;
    if (count === 0) throw new Failure('nothing-left', detail('filter-of', candidates.length, filter));
    if (arm === 'filtered') return { pairs: kept, generated: 0, ties: 0 };
    if (arm === 'random') return { pairs: stage.runRandom('any').shuffle([...candidates]).slice(0, count), generated: 0, ties: 0 };
    if (arm === 'inverted') {
      const dislikes = candidates.map(({ prompt }, i) => {
        const [chosen, rejected] = measured[i]!;
        return dislike({ nll: chosen!, promptLength: prompt.length }, { nll: rejected!, promptLength: prompt.length }, bands, filter); // five numbers a row
      });
      const order = candidates.map((_, i) => i).sort((a, b) => dislikes[b]! - dislikes[a]!);
      return { pairs: order.slice(0, count).map((i) => candidates[i]!), generated: 0, ties: 0 };
    }
    return onPolicy(count);
  }

  /** Pairs of two different samples of the model, labelled by raters. */
  async function onPolicy(count: number): Promise<Left> {
    if (!task.preference) throw new Failure('invalid-config', detail('nobody-labels-own'));
    const random = stage.runRandom('own pairs');
    const pairs: PreferencePair[] = [];
    let generated = 0;
    let ties = 0;
    for (let tries = 0; pairs.length < count && tries < MOST_TRIES; tries++) {
      const prompts = Array.from({ length: Math.min(batchSize, count - pairs.length) }, () => task.prompt('train', random));
      const completions = await generate(target, prompts.flatMap((prompt) => [prompt, prompt]), random);
      generated += completions.reduce((sum, { length }) => sum + length, 0);
      prompts.forEach((prompt, i) => {
        const [a, b] = [completions[2 * i]!, completions[2 * i + 1]!]; // two a prompt
        const chance = random.next();
        if (isSame(a, b)) return;
        const preference = task.preference!(prompt, a, b); // checked above
        if (preference === 0.5) {
          ties += 1;
          return;
        }
        const [chosen, rejected] = chance < preference ? [a, b] : [b, a];
        pairs.push({ prompt, chosen, rejected });
      });
    }
    return { pairs, generated, ties };
  }
};

/** Stands in a checkpoint for a completion that the model finds impossible: JSON knows no infinity. Nats a token. */
const BEYOND = 1e6;
/** Pairs shown of each look. */
const SHOWN = 8;
/** Batches of prompts after which a model that always says the same is given up on. */
const MOST_TRIES = 1000;

/** The model's own samples at temperature 1 on training prompts, scored, and how long each is. */
async function ownSamples(stage: Stage, { evaluateOn }: Config, target: Awaited<ReturnType<Stage['frozen']>>['views']): Promise<(Scored & { length: number })[]> {
  const random = stage.runRandom('own samples');
  const prompts = Array.from({ length: evaluateOn }, () => stage.task.prompt('train', random));
  const rows: Example[] = [];
  for (let first = 0; first < prompts.length; first += BLOCK) {
    const block = prompts.slice(first, first + BLOCK);
    const completions = await generate(target, block, random);
    block.forEach((prompt, i) => rows.push({ prompt, completion: completions[i]! })); // one a prompt
  }
  const logProbs = await meanLogProbs(target, rows);
  return rows.map(({ prompt, completion }, i) => ({ nll: -logProbs[i]!, promptLength: prompt.length, length: completion.length }));
}

/** Rows of one go of sampling. */
const BLOCK = 256;

async function scored(target: Parameters<typeof meanLogProbs>[0], candidates: readonly Candidate[]): Promise<Map<Candidate, Scored>> {
  const logProbs = await meanLogProbs(target, candidates);
  return new Map(candidates.map((candidate, i) => [candidate, { nll: -logProbs[i]!, promptLength: candidate.prompt.length }]));
}

async function meanNll(target: Parameters<typeof meanLogProbs>[0], pairs: readonly PreferencePair[]): Promise<number> {
  const logProbs = await meanLogProbs(target, stacked(pairs));
  return -logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length;
}

const KEPT = { people: 'filter/kept_people', mismatched: 'filter/kept_mismatched', corrupted: 'filter/kept_corrupted', other: 'filter/kept_other', foreign: 'filter/kept_foreign', data: 'filter/kept_data' } as const satisfies Record<string, MetricName>;

/** What has been found so far. @param left what the stage leaves, at its end */
function describe(measured: readonly (readonly number[])[], own: readonly Scored[], candidates: readonly PreferencePair[], left: readonly PreferencePair[] | undefined, { task }: Stage): MetricRow {
  const isKept = ([, , , , verdict]: readonly number[]) => verdict !== 0;
  const row: MetricRow = {
    'filter/candidates': measured.length,
    'filter/kept_share': measured.filter(isKept).length / measured.length,
    'filter/nll_own': own.reduce((sum, { nll }) => sum + nll, 0) / own.length,
    'filter/nll_candidates': measured.reduce((sum, [chosen, rejected]) => sum + chosen! + rejected!, 0) / (2 * measured.length), // five numbers a row
    ...(left && { 'filter/kept': left.length }),
  };
  for (const [source, name] of Object.entries(KEPT)) {
    const place = SOURCE_IDS.findIndex((id) => id === source);
    const sides = measured.flatMap((each) => each.slice(2, 4).filter((from) => from === place).map(() => isKept(each)));
    if (sides.length > 0) row[name] = sides.filter(Boolean).length / sides.length;
  }
  const shown = left ?? candidates;
  if (task.gold) row['pairs/gold_agreement'] = shown.reduce((sum, { prompt, chosen, rejected }) => sum + (Math.sign(task.gold!(prompt, chosen) - task.gold!(prompt, rejected)) + 1) / 2, 0) / shown.length; // it has one
  return row;
}
