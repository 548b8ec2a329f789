/** A slow oracle of one-round quantal-response games, from Definitions 10 to 12, in fractions up to the exponentials. */
import Fraction from 'fraction.js';
import type { Game, Rule } from '../../src/conversation/game.ts';

const zero = new Fraction(0);
const sum = (values: readonly Fraction[]) => values.reduce((a, b) => a.add(b), zero);

function chance(rule: Rule, at: number, message: number): Fraction {
  const says = rule.says[at]!;
  return typeof says === 'number' ? new Fraction(says === message ? 1 : 0) : says[message]!;
}

/** By profile (Bob 1's rule varying slowest), each player's expected utility. R = 1. */
export function referenceQuantal(game: Game, lists: readonly (readonly Rule[])[], lambda: number): number[][] {
  const beliefOf = (joint: Fraction[][]): Fraction[] => {
    const mass = sum(joint.flat());
    return game.alice.map((utility) => sum(joint.flatMap((row) => row.map((p, y) => p.mul(utility[y]!)))).div(mass));
  };
  const ascending = (a: Fraction[], b: Fraction[]) => {
    const at = a.findIndex((value, i) => !value.equals(b[i]!));
    return at < 0 ? 0 : a[at]!.compare(b[at]!);
  };
  // Alice's message: the number of her prior belief among those of all x_A.
  const beliefs = game.xA.map((_, xA) =>
    sum(game.prior[xA]!.flat()).equals(0) ? null : beliefOf(game.prior[xA]!.map((row) => [...row])),
  );
  const sorted = beliefs.filter((one) => one !== null).sort(ascending);
  const distinct = sorted.filter((one, i) => i === 0 || ascending(one, sorted[i - 1]!) !== 0);
  const messages = beliefs.map((one) => (one ? distinct.findIndex((other) => ascending(one, other) === 0) : -1));
  let profiles: Rule[][] = [[]];
  for (const rules of lists) profiles = profiles.flatMap((profile) => rules.map((rule) => [...profile, rule]));
  let answers: number[][] = [[]];
  for (const _ of lists)
    answers = answers.flatMap((one) => Array.from({ length: game.messages.bob }, (__, m) => [...one, m]));
  return profiles.map((profile) => {
    const utilities = [game.alice, ...game.bobs.map(({ utility }) => utility)];
    const totals = utilities.map(() => 0);
    for (const xA of game.xA.keys())
      for (const answer of answers) {
        const joint = game.xB.map((_, xB) => {
          const p = profile.reduce(
            (q, rule, bob) => q.mul(chance(rule, xB * game.messages.alice + Math.max(messages[xA]!, 0), answer[bob]!)),
            new Fraction(1),
          );
          return game.prior[xA]![xB]!.map((prior) => prior.mul(p));
        });
        if (sum(joint.flat()).equals(0)) continue;
        const weights = beliefOf(joint).map((value) => Math.exp(lambda * value.valueOf()));
        const all = weights.reduce((a, b) => a + b, 0);
        utilities.forEach((utility, player) => {
          weights.forEach((weight, a) => {
            for (const row of joint)
              row.forEach((p, y) => {
                totals[player]! += (weight / all) * p.valueOf() * utility[a]![y]!.valueOf();
              });
          });
        });
      }
    return totals;
  });
}
