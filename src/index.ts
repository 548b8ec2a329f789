/** The public API. */
export { type AlignOptions, type AlignReading, type AlignResult, align } from './align/align.ts';
export { type AlignmentPoints, alignmentPoints, type PointOptions } from './align/points.ts';
export { type BoundInputs, type BoundsResult, calculate, type Theorem } from './bounds/calculators.ts';
export { type AnswerOptions as GameOptions, type GameAnswer, solveGame } from './conversation/answer.ts';
export type { Bob, Game, Rule } from './conversation/game.ts';
export { parseGame, readGame } from './conversation/read.ts';
export { gameJson } from './conversation/write.ts';
export { AbortedError, EndpointError, InputError, InternalError, TooLargeError } from './errors.ts';
export { type Exact, exactly } from './exact/utility.ts';
export { type HullOptions, hull } from './hull/hull.ts';
export { parseOrders, readOrders, type Subsets } from './hull/orders.ts';
export {
  type Domain,
  ETHICS_LIKE,
  MOVIELENS_LIKE,
  opinionPoll,
  type PersonaOptions,
  type PollOptions,
  paraphrases,
  personaFamilies,
  type SyntheticScores,
  syntheticScores,
} from './hull/personas.ts';
export { parseScores, readScores, scoresFrom } from './hull/read.ts';
export type * from './hull/results.ts';
export type { ScoreOptions, Scores } from './hull/scores.ts';
export {
  type Engine,
  type Job,
  type MapOptions,
  type MapResult,
  Pool,
  type PoolOptions,
  type RunJob,
} from './kernel/pool.ts';
export { committeeMask, committeeNames } from './market/committee.ts';
export { type ExactOptions, exactMarket } from './market/exact.ts';
export type { CommitteeMask, Market, Scheme } from './market/market.ts';
export { type Observations, observedMarket, parseObservations, readObservations } from './market/observations.ts';
export type { MarketOptions, RunOptions } from './market/options.ts';
export { readTable } from './market/read.ts';
export type * from './market/results.ts';
export { schemeNames, schemeOfRank, schemeRank, totalsOf, utilityOf } from './market/scheme.ts';
export { type SolveOptions, solve } from './market/solve.ts';
export { type SweepOptions, sweep } from './market/sweep.ts';
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
