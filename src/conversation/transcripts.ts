/**
 * One profile in full, in fractions: Alice's best response by backward induction (Definitions 4 and 6), the distribution
 * over transcripts that it induces (Algorithm 1, Definition 5) and her belief at the end of each. Also samples.
 */
import type Fraction from 'fraction.js';
import { TooLargeError } from '../errors.ts';
import { firstHistories, type Game, gains, historyCount, largest, type Rule, sum, zero } from './game.ts';
import { integerGame } from './integers.ts';
import { distributionOf } from './rules.ts';

/** One way a conversation can go. */
export interface Transcript {
  readonly xA: number;
  /** By Bob: Alice's and his messages in turn. */
  readonly histories: readonly (readonly number[])[];
  /** P(x_A, transcript). */
  readonly probability: Fraction;
  /** P(x_B | x_A, transcript). */
  readonly posterior: readonly Fraction[];
  /** Alice's expected utility of each action: mu(x_A, transcript) of section 2.2.1. */
  readonly belief: readonly Fraction[];
  /** Her action: the best, lowest index first. */
  readonly action: number;
}

export interface PlayedProfile {
  /** Possible transcripts, by x_A, then in the order of messages. */
  readonly transcripts: readonly Transcript[];
  /** P(action, y), [action][y]. */
  readonly induced: readonly (readonly Fraction[])[];
}

interface Node {
  /** P(x_A, x_B, messages so far), by x_B. */
  readonly weights: readonly Fraction[];
  readonly histories: readonly (readonly number[])[];
}

interface Solved {
  readonly total: Fraction;
  readonly leaves: readonly Transcript[];
}

/** Number of a history that ends with Alice's message, among those of its round. */
function numberOf({ messages }: Game, history: readonly number[]): number {
  return history.reduce((rank, message, at) => rank * (at % 2 === 0 ? messages.alice : messages.bob) + message, 0);
}

/** Where a rule's answer to `history` stands among those to one x_B. */
function entryOf(game: Game, history: readonly number[]): number {
  return firstHistories(game)[(history.length - 1) / 2]! + numberOf(game, history);
}

/** What a rule says to x_B after `history`, which ends with Alice's message. */
function says(game: Game, rule: Rule, xB: number, history: readonly number[]): readonly Fraction[] {
  return distributionOf(rule.says[xB * historyCount(game) + entryOf(game, history)]!, game.messages.bob);
}

/** Message vectors tried at most: some seconds. */
const MOST_VECTORS = 50_000;

/** What Alice need not try in one profile: messages (by Bob and entry), and features that no rule tells apart. */
function shortcuts(game: Game, rules: readonly Rule[]) {
  const { shared } = integerGame(
    game,
    rules.map((rule) => [rule]),
  );
  const { featuresB, histories, kinds } = shared;
  const joint = game.xB.map((_, x) => rules.map((__, bob) => kinds[bob * featuresB + x]).join());
  return {
    isNeedless: (bob: number, history: readonly number[]) =>
      shared.marks[bob * histories + entryOf(game, history)] === 1,
    kinds: [...new Set(joint)].map((kind) => game.xB.map((_, x) => x).filter((x) => joint[x] === kind)),
  };
}

/**
 * Plays one profile exactly, Alice best-responding; `rules` has one rule a Bob.
 * @throws TooLargeError where she would have to try too many message vectors.
 */
export function playProfile(game: Game, rules: readonly Rule[]): PlayedProfile {
  const utilities = gains(game);
  const { isNeedless, kinds } = shortcuts(game, rules);
  const masses = game.prior.map((row) => row.map((states) => sum(states)));
  let tried = 0;
  const answered = (node: Node, bob: number): Node[] => {
    if (bob === rules.length) return [node];
    const history = node.histories[bob]!;
    const distributions = game.xB.map((_, xB) =>
      node.weights[xB]!.equals(0) ? null : says(game, rules[bob]!, xB, history),
    );
    return Array.from({ length: game.messages.bob }, (_, message): Node => {
      const weights = node.weights.map((weight, xB) => distributions[xB]?.[message]?.mul(weight) ?? zero);
      return { weights, histories: node.histories.map((h, other) => (other === bob ? [...h, message] : h)) };
    })
      .filter(({ weights }) => weights.some((weight) => weight.gt(0)))
      .flatMap((next) => answered(next, bob + 1));
  };
  /** No talk brings more than knowing all that the rules ever tell apart. */
  const ceiling = (xA: number, { weights }: Node): Fraction =>
    sum(
      kinds.map((features) =>
        largest(
          game.actions.map((_, a) =>
            sum(
              features.flatMap((x) =>
                weights[x]!.equals(0) ? [] : [weights[x]!.mul(utilities[xA]![x]![a]!).div(masses[xA]![x]!)],
              ),
            ),
          ),
        ),
      ),
    );
  const solve = (xA: number, round: number, node: Node): Solved => {
    if (round === game.rounds) return leaf(game, utilities, xA, node);
    const enough = ceiling(xA, node);
    let best: Solved | undefined;
    /** Tries her messages to the Bobs from `bob` on in lexicographic order. */
    const speak = (bob: number, spoken: Node): void => {
      if (bob === rules.length) {
        if (++tried > MOST_VECTORS)
          throw new TooLargeError(`this profile's transcripts need more than ${MOST_VECTORS} message vectors of Alice`);
        const next = answered(spoken, 0).map((after) => solve(xA, round + 1, after));
        const total = sum(next.map((solved) => solved.total));
        if (!best || total.gt(best.total)) best = { total, leaves: next.flatMap(({ leaves }) => leaves) };
        return;
      }
      for (let message = 0; message < game.messages.alice; message++) {
        const history = [...node.histories[bob]!, message];
        if (isNeedless(bob, history)) continue;
        speak(bob + 1, { ...spoken, histories: spoken.histories.map((h, other) => (other === bob ? history : h)) });
        if (best?.total.equals(enough)) return;
      }
    };
    speak(0, node);
    return best!;
  };
  const transcripts = game.xA.flatMap((_, xA) => {
    const weights = game.prior[xA]!.map((states) => sum(states));
    return weights.some((weight) => weight.gt(0))
      ? solve(xA, 0, { weights, histories: rules.map(() => []) }).leaves
      : [];
  });
  return { transcripts, induced: inducedBy(game, transcripts) };
}

/** The end of a conversation: belief and action. `utilities` are E[u_A] · P(x_A, x_B). */
function leaf(game: Game, utilities: ReturnType<typeof gains>, xA: number, { weights, histories }: Node): Solved {
  const probability = sum(weights);
  const posterior = weights.map((weight) => weight.div(probability));
  const masses = game.prior[xA]!.map((states) => sum(states));
  const belief = game.actions.map((_, a) =>
    sum(posterior.map((p, xB) => (p.equals(0) ? zero : p.mul(utilities[xA]![xB]![a]!).div(masses[xB]!)))),
  );
  const action = belief.reduce((best, value, a) => (value.gt(belief[best]!) ? a : best), 0);
  return {
    total: belief[action]!.mul(probability),
    leaves: [{ xA, histories, probability, posterior, belief, action }],
  };
}

function inducedBy(game: Game, transcripts: readonly Transcript[]): Fraction[][] {
  const induced = game.actions.map(() => game.y.map(() => zero));
  for (const { xA, probability, posterior, action } of transcripts)
    posterior.forEach((p, xB) => {
      if (p.equals(0)) return;
      const mass = sum(game.prior[xA]![xB]!);
      game.prior[xA]![xB]!.forEach((prior, y) => {
        induced[action]![y] = induced[action]![y]!.add(probability.mul(p).mul(prior).div(mass));
      });
    });
  return induced;
}

/** Expected utility of a player under an induced distribution. */
export function expected(
  utility: readonly (readonly Fraction[])[],
  induced: readonly (readonly Fraction[])[],
): Fraction {
  return sum(induced.flatMap((states, a) => states.map((p, y) => p.mul(utility[a]![y]!))));
}

/** One draw: features, state, messages and Alice's action, as numbers. */
export interface Sample {
  readonly xA: number;
  readonly xB: number;
  readonly y: number;
  readonly histories: readonly (readonly number[])[];
  readonly action: number;
}

/**
 * Draws `count` conversations (Algorithm 1): an instance from the prior, then a transcript, Alice best-responding.
 * @param draw uniform doubles in [0, 1)
 */
export function sampleTranscripts(game: Game, rules: readonly Rule[], count: number, draw: () => number): Sample[] {
  const { transcripts } = playProfile(game, rules);
  const cells = game.xA.flatMap((_, xA) =>
    game.xB.flatMap((__, xB) => game.y.map((___, y) => ({ item: { xA, xB, y }, p: game.prior[xA]![xB]![y]! }))),
  );
  const instance = picker(cells, draw);
  // P(transcript | x_A, x_B) is in the ratio of P(x_A, transcript) · P(x_B | x_A, transcript).
  const talk = game.xA.map((_, xA) => {
    const open = transcripts.filter((transcript) => transcript.xA === xA);
    return game.xB.map((__, xB) =>
      picker(
        open.map((item) => ({ item, p: item.probability.mul(item.posterior[xB]!) })),
        draw,
      ),
    );
  });
  return Array.from({ length: count }, () => {
    const { xA, xB, y } = instance();
    const { histories, action } = talk[xA]![xB]!();
    return { xA, xB, y, histories, action };
  });
}

/** Draws items in the ratio of their weights; those of weight 0 never. */
function picker<T>(all: readonly { readonly item: T; readonly p: Fraction }[], draw: () => number): () => T {
  const items = all.filter(({ p }) => p.gt(0));
  const weights = Float64Array.from(items, ({ p }) => p.valueOf());
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return () => {
    let left = draw() * total;
    for (let i = 0; i < weights.length; i++) {
      left -= weights[i]!;
      if (left < 0) return items[i]!.item;
    }
    // Rounding may leave a trace of the last item's share.
    return items.at(-1)!.item;
  };
}
