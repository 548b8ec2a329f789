/** Committees: the Bobs in a market, as names and as bit masks (bit j is Bob j of the table). */
import { InputError } from '../errors.ts';
import { givenList } from '../input/given.ts';
import { show, showAll } from '../input/show.ts';
import type { CommitteeMask, Market } from './market.ts';

/** Masks are numbers that bit operations take without becoming negative. */
const MOST_BOBS = 31;

/**
 * Which Bobs are named, in the table's order; all of them where `names` is undefined.
 * @throws InputError where a name is unknown or given twice, none is given, or they are more than 31.
 */
export function committeePositions({ bobs }: Pick<Market, 'bobs'>, names: readonly string[] = bobs): number[] {
  givenList(names, 'committee');
  if (names.length === 0) throw new InputError('committee must name at least one Bob, got none');
  if (names.length > MOST_BOBS)
    throw new InputError(
      `committee must be of at most ${MOST_BOBS} Bobs, got ${names.length}${names === bobs ? ', all of the table: name some of them' : ''}`,
    );
  const chosen = new Set<number>();
  for (const name of names) {
    const bob = bobs.indexOf(name);
    if (bob < 0)
      throw new InputError(`committee must name Bobs of the table (${showAll(bobs)}), got ${show(String(name))}`);
    if (chosen.has(bob)) throw new InputError(`committee must name a Bob once, got ${show(name)} twice`);
    chosen.add(bob);
  }
  return [...chosen].sort((a, b) => a - b);
}

/**
 * The mask of the Bobs named, in any order; all of them where `names` is undefined.
 * @throws InputError where a name is unknown or given twice, none is given, or the table has more than 31 Bobs.
 * @example committeeMask({ bobs: ['AI 1', 'AI 2', 'AI 3'] }, ['AI 3', 'AI 1']) // 0b101
 */
export function committeeMask(market: Pick<Market, 'bobs'>, names?: readonly string[]): CommitteeMask {
  if (market.bobs.length > MOST_BOBS)
    throw new InputError(`masks are of tables with at most ${MOST_BOBS} Bobs, this one has ${market.bobs.length}`);
  return committeePositions(market, names).reduce((mask, bob) => mask | (1 << bob), 0);
}

/** Indices of a committee's Bobs in the table's order; player numbers are one higher. */
export function committeeBobs(mask: CommitteeMask): number[] {
  const bobs: number[] = [];
  for (let bob = 0; bob < MOST_BOBS; bob++) if ((mask & (1 << bob)) !== 0) bobs.push(bob);
  return bobs;
}

/**
 * Names of a committee's Bobs in the table's order.
 * @example committeeNames({ bobs: ['AI 1', 'AI 2', 'AI 3'] }, 0b101) // ['AI 1', 'AI 3']
 */
export function committeeNames(market: Pick<Market, 'bobs'>, mask: CommitteeMask): string[] {
  return committeeBobs(mask).map((bob) => market.bobs[bob]!);
}
