/** Before all tests: brings build/ and dist/ up to date, since workers and the command line run the built JavaScript. */
// @ts-expect-error: a plain script without typings.
import { build } from '../scripts/build.mjs';

export default build;
