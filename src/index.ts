/** The public API. */
export * from './errors.ts';
export { type Exact, exactly } from './exact/utility.ts';
export { committeeMask, committeeNames } from './market/committee.ts';
export { type ExactOptions, exactMarket } from './market/exact.ts';
export type { CommitteeMask, Market, Scheme } from './market/market.ts';
export { readTable } from './market/read.ts';
export { schemeNames, schemeOfRank, schemeRank, totalsOf, utilityOf } from './market/scheme.ts';
export { parseTable, type TableOptions, tableFromRows, type UtilityTable } from './market/table.ts';
export { type ComparedCell, type Comparison, compareTables } from './movielens/compare.ts';
export {
  type MovieLensCell,
  type MovieLensOptions,
  type MovieLensResult,
  movieLens,
  movieLensTable,
} from './movielens/table.ts';
export { VERSION } from './version.ts';
