/** A policy and the reward model it learns from, each as it is now and as it was one checkpoint before: the same prompts answered by both policies, each answer judged by both reward models. */
import { stageOf, type RunConfig } from '../../../src/contract/config';
import { detail } from '../../../src/contract/details';
import { Failure } from '../../../src/contract/failures';
import type { Turns, TurnOrder } from '../../../src/contract/slow-motion';
import type { CheckpointRef } from '../../../src/contract/run';
import type { RunStore } from '../../../src/storage/run-store';
import { generate } from '../../model/generate';
import { combined, rewardsOfAll } from '../../stage/judge';
import { evaluationRandom } from '../../stage/stage';
import type { Speaker, Speakers, Wanted } from '../speakers';

/** Throws `missing-checkpoint` where one of them has never been saved. */
export async function compareTurns(store: RunStore, speakers: Speakers, config: RunConfig, { run, policy, reward }: Omit<TurnOrder, 'engine'>): Promise<Turns> {
  const policies = await lastTwo(store, config, { run, stage: policy }, 'policy');
  const judges = await lastTwo(store, config, { run, stage: reward });
  const wanted: Wanted[] = [...policies.map(({ ref }) => ({ ref, kind: 'policy' as const })), ...judges.map(({ ref }) => ({ ref, kind: 'reward' as const }))];
  const loaded = await speakers.want(wanted);
  const [speaking, judging] = [loaded.slice(0, policies.length), loaded.slice(policies.length)];
  const { train } = stageOf(config, policy);
  const options = 'temperature' in train ? { temperature: train.temperature } : {};
  const prompts = speaking[0]!.task.showcase(); // whoever is wanted has a task
  const { decode } = speaking[0]!.task.tokenizer;
  const answers: Awaited<ReturnType<typeof answersOf>>[] = [];
  for (const speaker of speaking) answers.push(await answersOf(speaker, judging, prompts, options));
  return {
    policySteps: policies.map(({ step }) => step),
    rewardSteps: judges.map(({ step }) => step),
    prompts: prompts.map((prompt, i) => ({ prompt: decode(prompt), texts: answers.map((of) => ({ text: of[i]!.text, scores: of[i]!.scores })) })), // an answer a prompt
    means: answers.map((of) => judging.map((_, j) => of.reduce((sum, { scores }) => sum + scores[j]!, 0) / of.length)),
  };
}

async function answersOf({ task, models }: Speaker, judging: readonly Speaker[], prompts: readonly (readonly number[])[], options: { temperature?: number }) {
  const completions = await generate(models[0]!.views, prompts, evaluationRandom('showcase'), options); // a policy is one model
  const rows = prompts.map((prompt, i) => ({ prompt, completion: completions[i]! }));
  const byJudge: Float32Array[] = [];
  for (const judge of judging) byJudge.push(combined(await rewardsOfAll(judge.models.map(({ views }) => views), rows), 'mean'));
  return rows.map(({ prompt, completion }, i) => ({ text: task.tokenizer.decode([...prompt, ...completion]), scores: byJudge.map((scores) => scores[i]!) }));
}

/** The newest checkpoints of a stage, earlier first. Where there is but one, what it starts from in a role stands before it as step 0. */
async function lastTwo(store: RunStore, config: RunConfig, { run, stage }: Pick<CheckpointRef, 'run' | 'stage'>, role?: string): Promise<{ ref: CheckpointRef; step: number }[]> {
  const own = (await store.checkpoints(run, stage)).filter(({ step }) => step > 0).slice(0, 2).map((ref) => ({ ref, step: ref.step }));
  const from = role === undefined ? undefined : stageOf(config, stage).start[role];
  const [first] = own.length < 2 && from !== undefined ? await store.checkpoints(run, from) : [];
  const found = [...own, ...(first ? [{ ref: first, step: 0 }] : [])];
  if (found.length === 0) throw new Failure('missing-checkpoint', detail('no-step-yet', stage));
  return found.toReversed();
}
