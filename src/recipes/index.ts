/** The list of recipes. To add one: its file here and one line below. */
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { digitsGrpo } from './digits-grpo';
import { digitsPpo } from './digits-ppo';
import { imported } from './imported';
import { namesBestOfN } from './names-best-of-n';
import { namesCompare } from './names-compare';
import { namesDpo } from './names-dpo';
import { namesFilter } from './names-filter';
import { namesGrpo } from './names-grpo';
import { namesHacking } from './names-hacking';
import { namesKto } from './names-kto';
import { namesLabel } from './names-label';
import { namesNoKl } from './names-no-kl';
import { namesOnlineDpo } from './names-online-dpo';
import { namesOrpo } from './names-orpo';
import { namesOverOptimisation } from './names-over-optimisation';
import { namesPointwise } from './names-pointwise';
import { namesPpo } from './names-ppo';
import { namesReinforcePlusPlus } from './names-reinforce-plus-plus';
import { namesRejectionSampling } from './names-rejection-sampling';
import { namesRloo } from './names-rloo';
import { namesSimpo } from './names-simpo';
import { sentencesCompare } from './sentences-compare';
import { sentencesDpo } from './sentences-dpo';
import { sentencesLabel } from './sentences-label';
import { sentencesPpo } from './sentences-ppo';
import { sentencesPretrain } from './sentences-pretrain';
import { storiesDpo } from './stories-dpo';
import { storiesFilter } from './stories-filter';
import { storiesPpo } from './stories-ppo';
import { storiesPretrain } from './stories-pretrain';
import type { Recipe } from './recipe';
import { yoursDpo } from './yours-dpo';
import { yoursFilter } from './yours-filter';
import { yoursKto } from './yours-kto';
import { yoursPpo } from './yours-ppo';
import { yoursPretrain } from './yours-pretrain';
import { yoursSft } from './yours-sft';

export const RECIPES: readonly Recipe[] = [
  namesDpo,
  namesPpo,
  namesRloo,
  namesGrpo,
  namesReinforcePlusPlus,
  namesRejectionSampling,
  namesBestOfN,
  digitsPpo,
  digitsGrpo,
  namesNoKl,
  namesHacking,
  namesKto,
  namesSimpo,
  namesOrpo,
  namesPointwise,
  namesOnlineDpo,
  namesLabel,
  namesFilter,
  namesCompare,
  namesOverOptimisation,
  sentencesDpo,
  sentencesPpo,
  sentencesLabel,
  sentencesCompare,
  sentencesPretrain,
  storiesDpo,
  storiesPpo,
  storiesFilter,
  storiesPretrain,
  yoursDpo,
  yoursFilter,
  yoursPretrain,
  yoursPpo,
  yoursKto,
  yoursSft,
];

export function recipeOf(id: string): Recipe {
  const found = RECIPES.find((recipe) => recipe.id === id);
  if (!found) throw new Failure('unknown-recipe', detail('valid', id, RECIPES.map((recipe) => recipe.id).join(', ')));
  return found;
}

/** What people call a recipe; that of an imported model is in no list. An id that is not known, as a file may have it, stays what it is. */
export const titleOf = (id: string): string => [...RECIPES, imported].find((recipe) => recipe.id === id)?.title ?? id;

export { configOf, type Recipe, type RecipeStage } from './recipe';
export { PROXIES } from './names-over-optimisation';
