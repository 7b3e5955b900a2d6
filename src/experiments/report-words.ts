/**
 * What reports say, in English, as the batch door prints it: a part an experiment. The page hands in the same keys in the language that is spoken.
 * Columns stand by their ids; what a column of a metric means, and in which unit, is the metric's own.
 */
import type { STRATEGIES } from '../contract/algorithms/labels';
import type { Arm } from '../contract/algorithms/perplexity-filter';
import { SOURCES } from '../contract/perplexity';

const count = (value: number): string => value.toLocaleString('en');
const shapeText = (width: number, layers: number): string => `width ${width}, ${layers} ${layers === 1 ? 'layer' : 'layers'}`;

const strategies: Record<(typeof STRATEGIES)[number], string> = { random: 'random', entropy: 'entropy', certainty: 'certainty', uncertainty: 'uncertainty' };
const sources: Record<'people' | 'mismatched' | 'corrupted' | 'other', string> = { people: SOURCES.people.title, mismatched: SOURCES.mismatched.title, corrupted: SOURCES.corrupted.title, other: SOURCES.other.title };
const arms: Record<Arm, string> = { filtered: 'filtered', unfiltered: 'unfiltered', random: 'random', inverted: 'inverted', 'on-policy': 'on-policy' };

export const REPORT_WORDS = {
  /** What the true reward of a task is counted in. */
  goldUnits: { names: 'log10 births', sentences: 'valence, −4 to 4', stories: 'share liked' },

  compare: {
    goldMeans: 'Here: log10(1 + births) of that name.',
    title: 'Every method',
    of: 'method',
    columns: {
      seen: { name: 'accuracy, seen', means: 'Share of held-out pairs on which the method’s reward agrees with people, of names met in other pairs. Its reward is the reward model’s where it has one, else what the policy itself says.' },
      unseen: { name: 'accuracy, unseen', means: 'The same on pairs of names never met.' },
      winRate: 'gold win rate',
      kl: { name: 'KL', means: 'How far the policy went from the supervised model, a completion. Of methods that learn from pairs and of rejection sampling on held-out prompts, of the others on their last rollout, of best-of-n what it is at most: log n − (n − 1)/n.' },
      distinct: 'distinct',
      gold: 'gold reward',
      real: 'real names',
      most: { name: 'most for its real names', means: 'What the win rate would be if every answer that is a name beat the supervised model’s: it cannot be much higher while answers are names no more often.' },
      time: { name: 'time', means: 'Seconds of training after supervised fine-tuning, the reward model’s included where the method needs one.' },
    },
    choice: 'Choosing among n answers, by the reward model and at most',
    frontier: 'gold reward against distance',
    notes: [
      'The ceiling is the best of n answers of the supervised model by the gold reward itself: no method that only chooses among them wins more often.',
      'Win rates are against the supervised model on the same held-out prompts, ties counting half. Intervals are 95 %, by Student’s t over seeds.',
    ],
  },

  overOptimisation: {
    title: 'Following a proxy',
    ofMean: 'The curve of the mean over seeds',
    of: 'method and proxy',
    columns: {
      seen: { name: 'accuracy, seen', means: 'Of the reward model, on held-out pairs of names met in other pairs.' },
      unseen: { name: 'accuracy, unseen', means: 'On pairs of names never met.' },
      peak: { name: 'gold at its peak', means: 'Highest gold reward on the way, above that of the first policy.' },
      peakAt: { name: '√KL of the peak', means: 'How far from the first policy that was.' },
      end: { name: 'gold at the end', means: 'Gold reward at the furthest point, above that of the first policy.' },
      endAt: { name: '√KL at the end', means: 'How far that was.' },
      proxyEnd: { name: 'proxy at the end', means: 'Proxy reward there, above that of the first policy.' },
      r2: { name: 'R² of the fit', means: 'Share of the variance of the gold reward that the law explains: R = d(a − b·d) for best-of-n, R = d(a − b·ln d) for RL.' },
      turn: { name: 'fitted turn', means: 'Distance at which the fitted law is highest.' },
      rises: { name: 'proxy rises', means: 'Share of the steps from one point of the curve to the next at which the proxy reward is higher.' },
    },
    proxy: (width: number, layers: number, labels: number, steps: number) => `${shapeText(width, layers)}, ${count(labels)} labels, ${count(steps)} steps`,
    groups: { size: 'size of the reward model', labels: 'number of labels' },
    notes: ['Plots and the second table are of means over seeds, the first table has 95 % intervals by Student’s t over seeds. Rewards are those above the first policy’s.'],
  },

  rewardModelScaling: {
    title: 'Reward models by size and labels',
    of: 'reward model',
    columns: { seen: 'accuracy, seen', unseen: 'accuracy, unseen', nll: 'NLL', calibration: 'calibration error', temperature: 'temperature', steps: { name: 'steps', means: 'Steps until held-out loss no longer fell, or all there were.' } },
    row: (width: number, layers: number, labels: number) => `${shapeText(width, layers)}, ${count(labels)} labels`,
    notes: [
      'Each reward model starts from a policy of its own size. It keeps the weights with the lowest held-out loss, for which a quarter of the held-out pairs of seen names is looked at.',
      'Intervals are 95 %, by Student’s t over seeds.',
    ],
  },

  raters: {
    title: 'What raters do to a reward model',
    of: 'raters',
    columns: { labels: 'label accuracy', kappa: 'kappa of raters', truth: 'accuracy by truth', community: 'accuracy by the community', nll: 'NLL', calibration: 'calibration error', temperature: 'temperature' },
    arms: {
      community: 'the community itself',
      'noise-4': 'noise ×4',
      'noise-16': 'noise ×16',
      longer: 'bias toward longer',
      first: 'bias toward first shown',
      disagreement: 'disagreement 1',
      'noise-4-votes': 'noise ×4, votes of five',
      'noise-4-shares': 'noise ×4, shares of five',
      'disagreement-votes': 'disagreement 1, votes of five',
      'disagreement-shares': 'disagreement 1, shares of five',
    },
    same: (pairs: number) => `Every reward model meets the same ${count(pairs)} pairs once; five raters cost five times the votes of one. Held-out pairs are labelled by the community, without noise, bias or disagreement of raters.`,
    seeds: 'Each seed has other raters of the same kind, who judge the same pairs. Intervals are 95 %, by Student’s t over seeds.',
  },

  perplexityFilter: {
    tasks: { sentences: 'sentences', stories: 'stories' },
    arms,
    sources,
    comesTo: (task: string) => `${task}: what each choice of pairs comes to`,
    ofPairs: 'pairs',
    columns: {
      pairs: 'pairs',
      winRate: 'gold win rate',
      gain: 'gold over SFT',
      seen: 'reward model, seen',
      unseen: 'reward model, unseen',
      nll: 'NLL of pairs',
      right: 'labels right',
      asked: 'labels asked',
      written: 'tokens written',
      read: 'tokens read',
      kl: 'KL',
      distinct: 'distinct-2',
    },
    against: (task: string) => `${task}: the filter against its controls, seed by seed`,
    ofDifference: 'difference',
    less: (one: string, other: string) => `${one} − ${other}`,
    keeps: (task: string) => `${task}: what the filter keeps of each source`,
    ofSource: 'source',
    kept: { name: 'kept', means: 'Share of its texts that stand in pairs which are kept.' },
    notes: [
      'Built from the abstract of arXiv:2410.01789, not a replication. Candidates are people’s text, answers to other prompts, corrupted text and another model’s samples, labelled by the task’s simulated raters.',
      'Random, inverted and on-policy are as large as filtered; unfiltered is all there is. Every arm trains for as many steps, so a smaller set is met more often.',
      'Win rates are against the supervised model on the same held-out prompts, ties counting half. Intervals are 95 %, by Student’s t over seeds.',
    ],
  },

  activeLabels: {
    strategies,
    measures: { winRate: 'gold win rate', accuracy: 'accuracy on held-out pairs' },
    needed: (measure: string) => `Labels needed to reach random’s final ${measure}`,
    of: 'strategy',
    columns: {
      labels: { name: 'labels needed', means: (most: number) => `Until the mean over seeds is where random is after ${most} labels, points joined by straight lines; empty where it never is. Interval: seeds drawn again.` },
      saved: { name: 'labels saved', means: 'Of those that random itself needs; below 0 it needs more.' },
      reaches: { name: 'gets there', means: 'Share of 2,000 draws of the seeds in which it gets there at all. In those in which it does not, it counts as getting there with the last label.' },
      final: { name: (measure: string) => `final ${measure}`, means: (means: string, most: number) => `${means} After ${most} labels.` },
      above: { name: 'above random’s', means: 'Final value minus that of random from the same seed.' },
    },
    cost: (most: number) => `What ${most} labels cost`,
    asked: (most: number) => `${most} labels asked for`,
    rounds: (rounds: number, asked: number) => `${rounds} rounds of ${asked} labels by the true reward; the first, drawn at random, is shared. After each round DPO is trained again from the supervised model on all labels so far. Ties are asked about and make no pair.`,
    strategiesAre: 'Strategies as Muldrew et al. 2024 (Active Preference Learning), whose models, tasks and raters were others. Win rates are against the supervised model on the same held-out prompts. Intervals are 95 %: of labels from seeds drawn again, of values by Student’s t over seeds.',
  },

  sentencesAlignment: {
    goldMeans: 'Here: the mean of people’s ratings of the different rated words of a completion.',
    title: 'Both methods, over seeds',
    of: 'method',
    columns: {
      gain: 'gold over SFT',
      gold: 'gold reward',
      ratio: { name: 'perplexity ratio', means: (most: number) => `Perplexity of its samples under the model that came with the page, over that of the supervised model’s samples. Above ${most} they are no longer such English as the texts’.` },
      perplexity: 'perplexity',
      winRate: 'gold win rate',
      kl: 'KL',
      length: 'length',
      distinct: 'distinct',
      known: 'all words known',
      ended: 'ended',
    },
    each: 'Each seed by itself',
    ofRun: 'run',
    overPrompts: (means: string) => `${means} The interval is over prompts, 95 %.`,
    asAbove: 'As above.',
    run: (stage: string, seed: number) => `${stage}, seed ${seed}`,
    verdict: (stage: string, above: number, within: number, all: number, most: number) => `${stage}: gold reward over SFT is above 0 by its own 95 % interval in ${above} of ${all} seeds; perplexity at most ${most} times that of SFT’s samples in ${within} of ${all}.`,
    start: 'Both start from the same supervised model; DPO needs no reward model, PPO’s is trained on the same pairs.',
  },
};

type Told<Tree> = Tree extends string | ((...given: never) => string) ? Tree : { readonly [Key in keyof Tree]: Told<Tree[Key]> };
export type ReportWords = Told<typeof REPORT_WORDS>;
