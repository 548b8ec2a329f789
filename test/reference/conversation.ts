/**
 * A slow oracle of the conversation game, from the definitions: Algorithm 1 is run for every instance and every answer,
 * and Alice's best response is found by trying every conversation rule of hers, not by backward induction.
 */
import Fraction from 'fraction.js';
import type { Game, Rule } from '../../src/conversation/game.ts';

/** Alice's messages: one vector a point where she speaks, in the order in which `points` lists them. */
type Plan = Map<string, number[]>;

export interface ReferenceOutcome {
  readonly alice: Fraction;
  readonly bobs: readonly Fraction[];
  /** P(action, y), [action][y]. */
  readonly induced: Fraction[][];
}

const zero = new Fraction(0);

/** Where in a rule's flat list the answer to `history` (ending with Alice's message) stands, counted one by one. */
function position(game: Game, xB: number, history: readonly number[]): number {
  const all: string[] = [];
  for (let round = 0; round < game.rounds; round++) {
    let histories: number[][] = [[]];
    for (let turn = 0; turn < 2 * round + 1; turn++) {
      const size = turn % 2 === 0 ? game.messages.alice : game.messages.bob;
      histories = histories.flatMap((h) => Array.from({ length: size }, (_, m) => [...h, m]));
    }
    all.push(...histories.map((h) => h.join()));
  }
  return xB * all.length + all.indexOf(history.join());
}

function chance(game: Game, rule: Rule, xB: number, history: readonly number[], message: number): Fraction {
  const says = rule.says[position(game, xB, history)]!;
  if (typeof says === 'number') return new Fraction(says === message ? 1 : 0);
  return says[message]!;
}

function vectors(size: number, length: number): number[][] {
  let all: number[][] = [[]];
  for (let i = 0; i < length; i++) all = all.flatMap((v) => Array.from({ length: size }, (_, m) => [...v, m]));
  return all;
}

/** Every plan of Alice's: she speaks at the start of each round, knowing all histories so far. */
function plans(game: Game): Plan[] {
  const k = game.bobs.length;
  const speaks = vectors(game.messages.alice, k);
  let open: { plan: Plan; points: number[][][] }[] = [{ plan: new Map(), points: [game.bobs.map(() => [])] }];
  for (let round = 0; round < game.rounds; round++) {
    open = open.flatMap(({ plan, points }) => {
      // At each point any vector; the earlier point's choice varies slowest.
      let choices: Plan[] = [plan];
      for (const point of points)
        choices = choices.flatMap((before) => speaks.map((v) => new Map(before).set(JSON.stringify(point), v)));
      return choices.map((chosen) => ({
        plan: chosen,
        points: points.flatMap((point) => {
          const spoken = point.map((h, bob) => [...h, chosen.get(JSON.stringify(point))![bob]!]);
          return vectors(game.messages.bob, k).map((answers) => spoken.map((h, bob) => [...h, answers[bob]!]));
        }),
      }));
    });
  }
  return open.map(({ plan }) => plan);
}

/** Chance of each final transcript under a plan, given x_B (Algorithm 1). */
function transcripts(game: Game, rules: readonly Rule[], plan: Plan, xB: number): Map<string, Fraction> {
  let now: { histories: number[][]; p: Fraction }[] = [{ histories: rules.map(() => []), p: new Fraction(1) }];
  for (let round = 0; round < game.rounds; round++)
    now = now.flatMap(({ histories, p }) => {
      const vector = plan.get(JSON.stringify(histories))!;
      const spoken = histories.map((h, bob) => [...h, vector[bob]!]);
      return vectors(game.messages.bob, rules.length).map((answers) => ({
        histories: spoken.map((h, bob) => [...h, answers[bob]!]),
        p: answers.reduce((q, message, bob) => q.mul(chance(game, rules[bob]!, xB, spoken[bob]!, message)), p),
      }));
    });
  return new Map(now.filter(({ p }) => p.gt(0)).map(({ histories, p }) => [JSON.stringify(histories), p]));
}

/** What Alice's plan brings for one x_A, and the actions she takes: totals weighted by P(x_A, …). */
function tryPlan(game: Game, rules: readonly Rule[], plan: Plan, xA: number) {
  const byX = game.xB.map((_, xB) => transcripts(game, rules, plan, xB));
  const seen = [...new Set(byX.flatMap((map) => [...map.keys()]))];
  let total = zero;
  const induced = game.actions.map(() => game.y.map(() => zero));
  for (const transcript of seen) {
    const joint = game.xB.map((_, xB) =>
      game.y.map((__, y) => game.prior[xA]![xB]![y]!.mul(byX[xB]!.get(transcript) ?? zero)),
    );
    const totals = game.alice.map((utility) =>
      joint.flatMap((row) => row.map((p, y) => p.mul(utility[y]!))).reduce((a, b) => a.add(b), zero),
    );
    let action = 0;
    totals.forEach((value, a) => {
      if (value.gt(totals[action]!)) action = a;
    });
    total = total.add(totals[action]!);
    for (const row of joint)
      row.forEach((p, y) => {
        induced[action]![y] = induced[action]![y]!.add(p);
      });
  }
  return { total, induced };
}

/** Alice best-responds to `rules`, a rule a Bob; ties go to the first plan and the lowest action. */
export function referenceOutcome(game: Game, rules: readonly Rule[]): ReferenceOutcome {
  const all = plans(game);
  const induced = game.actions.map(() => game.y.map(() => zero));
  for (const xA of game.xA.keys()) {
    let best: ReturnType<typeof tryPlan> | undefined;
    for (const plan of all) {
      const tried = tryPlan(game, rules, plan, xA);
      if (!best || tried.total.gt(best.total)) best = tried;
    }
    best!.induced.forEach((row, a) => {
      row.forEach((p, y) => {
        induced[a]![y] = induced[a]![y]!.add(p);
      });
    });
  }
  const expected = (utility: Game['alice']) =>
    induced.flatMap((row, a) => row.map((p, y) => p.mul(utility[a]![y]!))).reduce((a, b) => a.add(b), zero);
  return { alice: expected(game.alice), bobs: game.bobs.map(({ utility }) => expected(utility)), induced };
}

/** Every profile's outcome, by rank, and which are pure Nash equilibria. */
export function referenceGame(game: Game, lists: readonly (readonly Rule[])[]) {
  const profiles = lists.reduce<Rule[][]>(
    (all, rules) => all.flatMap((profile) => rules.map((rule) => [...profile, rule])),
    [[]],
  );
  const outcomes = profiles.map((rules) => referenceOutcome(game, rules));
  const equilibria = profiles.flatMap((profile, rank) =>
    profiles.every((other, otherRank) => {
      const changed = profile.flatMap((rule, bob) => (rule === other[bob] ? [] : [bob]));
      return changed.length !== 1 || outcomes[otherRank]!.bobs[changed[0]!]!.lte(outcomes[rank]!.bobs[changed[0]!]!);
    })
      ? [rank]
      : [],
  );
  return { outcomes, equilibria };
}
