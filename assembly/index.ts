/** The ABI: re-exports only. One file a kernel; its header has the problem, the shapes and the source. */
export { frontierStep } from './frontier';
export { levelsCoarsen, levelsStep } from './levels';
export { release, reserve } from './memory';
export { scan16, scan32, scan53 } from './scan';
export { searchBegin, searchRun } from './search';
export { totals } from './totals';

export { gramPack, gramPanel } from './gram';
export { release, reserve } from './memory';
export { pathBytes } from './path';
export { fitPrefixes, fitSubsets, readWeights } from './prefixes';
export { defineProblem, problemBytes } from './problem';
