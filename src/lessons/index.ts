/** The lessons, in the order of the gallery. A new one is a file and a line here. The page fetches all of them at once, when it first shows one. */
import { bestOfN } from './best-of-n';
import { dpo } from './dpo';
import { languageModel } from './language-model';
import type { Lesson } from './lesson';
import { perplexity } from './perplexity';
import { ppo } from './ppo';
import { preferenceModel } from './preference-model';
import { raters } from './raters';
import { rewardHacking } from './reward-hacking';

export const LESSONS: readonly Lesson[] = [languageModel, preferenceModel, dpo, ppo, rewardHacking, bestOfN, raters, perplexity];
