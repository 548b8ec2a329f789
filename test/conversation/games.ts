/** The small games of the published answers, from data/games/, as JSON values. */
import { readFileSync } from 'node:fs';

type Value = number | string;

export interface GameJson {
  xA: string[];
  xB: string[];
  y: string[];
  actions: string[];
  prior: Value[][][];
  alice: Value[][];
  bobs: { name: string; utility: Value[][]; rules?: unknown }[];
  messages: { alice: number; bob: number };
  rounds: number;
  lambda?: number;
}

export const gameFile = (name: string): GameJson =>
  JSON.parse(readFileSync(new URL(`../../data/games/${name}.json`, import.meta.url), 'utf8')) as GameJson;

/** y = x_A XOR x_B, uniform; the Bobs' biases towards the two actions cancel. */
export const aligned = gameFile('xor');
export const bothOpposed = gameFile('xor-opposed');
export const oneOpposed = gameFile('xor-one-opposed');
/** Action 1 pays 1, action 0 pays 1 only in state 1: Alice is indifferent once she knows state 1. */
export const indifferent = gameFile('indifferent');
/** Match the state; two aligned Bobs who stay silent or reveal it; lambda = ln 3. */
export const matchState = gameFile('match');
/** Appendix B: a judge, a prosecutor and a defence attorney, who know whether the accused is guilty (2/3). */
export const courtroom = gameFile('courtroom');
/** Aumann's example (Definition 15): Ω = 1..9, event {3, 4}. */
export const aumann = gameFile('aumann');
