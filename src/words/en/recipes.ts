/** Recipes: English says what the batch door says. */
import { RECIPES } from '../../recipes';
import { imported } from '../../recipes/imported';

export const recipes: Readonly<Record<string, { title: string; teaches: string }>> = Object.fromEntries([...RECIPES, imported].map(({ id, title, teaches }) => [id, { title, teaches }]));
