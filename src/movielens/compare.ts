/** Two utility tables cell by cell: which of the numbers agree (Table 3 as printed against Table 3 rebuilt). */
import { decimalText, readDecimal } from '../input/decimal.ts';
import { checkTable, type UtilityTable } from '../market/table.ts';

export interface ComparedCell {
  readonly state: string;
  readonly policy: string;
  /** `alice` or a Bob's name. */
  readonly player: string;
  /** As written in each table; null where `found` has no such cell. */
  readonly expected: string;
  readonly found: string | null;
  readonly agrees: boolean;
}

export interface Comparison {
  readonly agreeing: number;
  readonly total: number;
  /** Cells of `found` that `expected` does not name. */
  readonly unexpected: number;
  readonly cells: readonly ComparedCell[];
}

/** A table's numbers by state, policy and player; names may hold any character. */
function byName(table: UtilityTable): Map<string, string> {
  const players = ['alice', ...table.bobs];
  const names = table.policies.flatMap((policies, s) => policies.map((policy) => [table.states[s]!, policy] as const));
  return new Map(
    names.flatMap(([state, policy], cell) =>
      players.map((player, p) => [JSON.stringify([state, policy, player]), table.utilities[p]![cell]!] as const),
    ),
  );
}

/**
 * Compares every number of `expected` with the one of the same state, policy and player in `found`, as numbers
 * (`0.8` agrees with `0.80`).
 * @example
 * const table = await readTable('data/tables/movielens.csv');
 * compareTables(table, table).agreeing // 126
 */
export function compareTables(expected: UtilityTable, found: UtilityTable): Comparison {
  checkTable(expected);
  checkTable(found);
  const there = byName(found);
  const plain = (text: string) => decimalText(readDecimal(text, 'cell'));
  const cells = [...byName(expected)].map(([key, value]): ComparedCell => {
    const [state, policy, player] = JSON.parse(key) as [string, string, string];
    const other = there.get(key) ?? null;
    there.delete(key);
    return {
      state,
      policy,
      player,
      expected: value,
      found: other,
      agrees: other !== null && plain(other) === plain(value),
    };
  });
  return {
    agreeing: cells.filter(({ agrees }) => agrees).length,
    total: cells.length,
    unexpected: there.size,
    cells,
  };
}
