/** The ABI: re-exports only. One file a kernel; its header has the problem, the shapes and the source. */
export { release, reserve } from './memory';
