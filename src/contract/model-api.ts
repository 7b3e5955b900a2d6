/**
 * The interface of the worker in which stored models speak, side by side, and say what they thought of each token. It only reads what is stored.
 * Left is held against right: where right is the model that left began from, it is what the methods here call the reference.
 */
import type { EngineChoice, EngineInfo } from './engine';
import type { CheckpointRef } from './run';

export const SIDES = ['left', 'right'] as const;
export type Side = (typeof SIDES)[number];

/** Which models are looked at. */
export interface TalkOrder {
  engine: EngineChoice;
  /** A checkpoint that holds a policy. */
  left: CheckpointRef;
  /** Another one of the same tokens. */
  right: CheckpointRef | null;
  /** A checkpoint that holds a reward model of the same tokens. */
  reward: CheckpointRef | null;
}

/** What there is to know of a model before it speaks. */
export interface SpeakerInfo {
  layers: number;
  heads: number;
  parameters: number;
}

export interface Opened {
  engine: EngineInfo;
  /** Prompts of the task, as a person types them. */
  examples: string[];
  /** Nothing at all is a prompt too. */
  takesNothing: boolean;
  /** Tokens, prompt and completion together, that every one of the models can read. */
  context: number;
  left: SpeakerInfo;
  right: SpeakerInfo | null;
}

export interface Question {
  prompt: string;
  /** Of the draws: both sides get the same. */
  seed: number;
  /** 0 takes the likeliest token. */
  temperature: number;
  /** Only the k likeliest tokens may be drawn; 0 for all. */
  topK: number;
  /** Tokens of the completion at most; the context may end it before. */
  length: number;
}

/** A token as soon as it is drawn: what was heard at this place of this side or behind it before is no longer said. */
export interface HeardToken {
  side: Side;
  /** Its place in the completion, from 0. */
  at: number;
  text: string;
}

/** What one model thought at a place, at temperature 1 and with all tokens allowed. */
export interface Thought {
  /** Log-probability of the token that stands there, nats. */
  logProb: number;
  /** Of all that could stand there, nats. */
  entropy: number;
  /** 1 where it was the likeliest. */
  rank: number;
}

export interface WeighedToken {
  text: string;
  left: Thought;
  right: Thought | null;
  /** Σ p·(log p − log q) over all tokens that could stand here, exactly, nats; p is left, q right. Null without a right side. */
  kl: number | null;
  /** The ten likeliest next tokens at this place, by either model, as probabilities; the likeliest first. */
  odds: { text: string; left: number; right: number | null }[];
  /** What the reward model says of the text up to and including this token; of an ensemble the mean. Null without one. */
  score: number | null;
}

/** A text as it stands at the end, and what the models make of it: both of them read it, whoever wrote it. */
export interface Said {
  /** Text of each token of the prompt. */
  prompt: string[];
  completion: WeighedToken[];
  /** Ids of both together. */
  tokens: number[];
  /** As a person reads it. */
  text: string;
  ended: boolean;
  /** The task's true reward, where it has one. */
  gold: number | null;
}

export interface Answer {
  left: Said;
  right: Said | null;
}

/** Where tokens look. */
export interface AttentionQuestion {
  /** Whose attention; it need not be whose text. */
  side: Side;
  tokens: readonly number[];
  layer: number;
  head: number;
}

export interface ModelApi {
  /** Where a browser that stores nothing keeps its runs and data sets: the page's own stores behind ports. To be called first, if at all. */
  useStores(store: MessagePort, datasets: MessagePort): Promise<void>;
  /** Loads these models and lets go of others. Requests are answered one after the other. Throws `Failure`. */
  open(order: TalkOrder): Promise<Opened>;
  /** Both sides complete the prompt. @param heard tells `HeardToken`s. Throws `Failure`. */
  say(question: Question, heard: MessagePort): Promise<Answer>;
  /** What is being said ends where it is; `say` then answers with that. Heard at once. */
  stop(): Promise<void>;
  /** Weights [T, T] of one head, row-major: row t is where token t looks, 0 behind it, and adds up to 1. Throws `Failure`. */
  attention(question: AttentionQuestion): Promise<Float32Array>;
}
