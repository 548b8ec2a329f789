/** The ABI: re-exports only. One file a kernel; its header has the problem, the shapes and the source. */
export { playProfiles } from './conversation';
export { countClear, countStep } from './count';
export { frameBytes } from './frame';
export { frontierStep } from './frontier';
export { gramPack, gramPanel } from './gram';
export { levelsCoarsen, levelsStep } from './levels';
export { release, release, reserve, reserve } from './memory';
export { pathBytes } from './path';
export { playRounds } from './play';
export { fitPrefixes, fitSubsets, readWeights } from './prefixes';
export { defineProblem, problemBytes } from './problem';
export { responsesPut, responsesWorkBytes } from './responses';
export { scan16, scan32, scan53, scanWorkBytes } from './scan';
export { searchBegin, searchRun } from './search';
export { staircaseStep } from './staircase';
export { totals } from './totals';
