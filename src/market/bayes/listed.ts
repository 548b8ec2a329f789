/**
 * The receiver `bayes`: Alice best-responds to her posterior, so only obedient schemes count, those of which every
 * message names a policy that maximises Alice's posterior utility (ties go to the named policy). Equilibria, monopoly
 * schemes and deviations are all over obedient schemes. Here they are listed. Alice-optimal schemes are always obedient.
 */
import { TooLargeError } from '../../errors.ts';
import { bestAt, type DeviationAnswers, type Extreme } from '../deviations.ts';
import type { TieRule } from '../enumerate.ts';
import type { Market, Scheme } from '../market.ts';
import { cellSet, type StableSchemes } from '../stable.ts';
import { sharedPolicies } from './obedience.ts';

/** More schemes than this are not listed: some seconds. */
const MOST_SCHEMES = 2n ** 24n;
/** Nor are more obedient ones: half a gigabyte. */
const MOST_OBEDIENT = 2 ** 21;

interface Obedient {
  readonly scheme: Scheme;
  /** By player of the market. */
  readonly totals: Float64Array;
}

/** All obedient schemes, in order of rank. A partial choice is dropped where the states left cannot make up for a regret. */
function listObedient(market: Market): Obedient[] {
  const { gains, policies } = market;
  const states = policies.length;
  const messages = policies[0]!;
  // cell[s][m]: state s, the policy that message m names.
  const cell = sharedPolicies(market);
  const message = policies.map((own) => own.map((policy) => messages.indexOf(policy)));
  const scheme = new Array<number>(states).fill(0);
  // regret[m][n]: what Alice would gain at message m by taking policy n, over the states chosen so far.
  const regret = messages.map(() => new Float64Array(messages.length));
  // least[s][m][n]: the least that states from s on can add to it.
  const least = [...cell, []].map(() => messages.map(() => new Float64Array(messages.length)));
  for (let s = states - 1; s >= 0; s--)
    for (let m = 0; m < messages.length; m++)
      for (let n = 0; n < messages.length; n++)
        least[s]![m]![n] = least[s + 1]![m]![n]! + Math.min(0, gains[0]![cell[s]![n]!]! - gains[0]![cell[s]![m]!]!);
  const hopeless = (s: number): boolean => {
    for (let m = 0; m < messages.length; m++)
      for (let n = 0; n < messages.length; n++) if (regret[m]![n]! + least[s]![m]![n]! > 0) return true;
    return false;
  };
  const totals = new Float64Array(gains.length);
  const found: Obedient[] = [];
  const choose = (s: number): void => {
    if (hopeless(s)) return;
    if (s === states) {
      keep(found, { scheme: [...scheme], totals: totals.slice() });
      return;
    }
    for (let policy = 0; policy < messages.length; policy++) {
      const m = message[s]![policy]!;
      const at = market.firstCell[s]! + policy;
      const move = (sign: number) => {
        for (let p = 0; p < totals.length; p++) totals[p]! += sign * gains[p]![at]!;
        for (let n = 0; n < messages.length; n++) regret[m]![n]! += sign * (gains[0]![cell[s]![n]!]! - gains[0]![at]!);
      };
      scheme[s] = policy;
      move(1);
      choose(s + 1);
      move(-1);
    }
  };
  choose(0);
  return found;
}

/** @throws TooLargeError past MOST_OBEDIENT. */
function keep(found: Obedient[], one: Obedient): void {
  if (found.length === MOST_OBEDIENT)
    throw new TooLargeError(`more than ${MOST_OBEDIENT} obedient schemes are too many to list: use --method search`);
  found.push(one);
}

/** Answers the questions of `solve` and `sweep` over obedient schemes only. */
export class ObedientSchemes implements DeviationAnswers {
  readonly schemes: readonly Obedient[];
  readonly exact = true;
  late = () => false;
  private readonly market: Market;
  /** By player: Alice's totals, falling, and the best totals of schemes up to there. */
  private readonly frontiers: readonly { readonly alice: Float64Array; readonly bob: Float64Array }[];

  /** @throws InputError where states do not share one policy set. @throws TooLargeError past 2^24 schemes. */
  constructor(market: Market) {
    if (market.schemes > MOST_SCHEMES)
      throw new TooLargeError(
        `${market.schemes} schemes are too many to list for receiver bayes (at most ${MOST_SCHEMES}): use --method search`,
      );
    this.market = market;
    this.schemes = listObedient(market);
    const falling = [...this.schemes].sort((a, b) => b.totals[0]! - a.totals[0]!);
    const alice = Float64Array.from(falling, ({ totals }) => totals[0]!);
    this.frontiers = market.gains.map((_, player) => {
      let most = -1;
      return { alice, bob: Float64Array.from(falling, ({ totals }) => (most = Math.max(most, totals[player]!))) };
    });
  }

  best(player: number, alice: number): number {
    return bestAt(this.frontiers[player]!, alice);
  }

  scheme(player: number, alice: number, bob: number, rank: Extreme = 'lowest'): Scheme | null {
    const fits = ({ totals }: Obedient) => totals[0]! >= alice && totals[player]! >= bob;
    return (rank === 'lowest' ? this.schemes.find(fits) : this.schemes.findLast(fits))?.scheme ?? null;
  }

  /** The stable obedient schemes of a committee (player numbers 1 … k, rising). */
  stable(players: readonly number[], ties: TieRule): StableSchemes {
    const alone = players.length === 1;
    const stable = this.schemes.filter(({ totals }) =>
      players.every((player, j) => {
        const level = alone ? 0 : totals[0]! + (ties === 'index' && j === 0 ? 0 : 1);
        return totals[player]! >= this.best(player, level);
      }),
    );
    const worst = stable.reduce((least, one) => (one.totals[0]! < least.totals[0]! ? one : least));
    const { firstCell } = this.market;
    return {
      alice: worst.totals[0]!,
      scheme: worst.scheme,
      count: BigInt(stable.length),
      cells: cellSet(stable.flatMap(({ scheme }) => scheme.map((policy, s) => firstCell[s]! + policy))),
      rows: stable.map(({ totals }) => totals),
    };
  }
}
