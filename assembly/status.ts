/** What a kernel reports. Append codes, never renumber them: the host names them in src/kernel/status.ts. */
export const OK: i32 = 0;
/** A buffer that the caller passed is too small for the answer; nothing is lost, call again with a larger one. */
export const FULL: i32 = 1;
/** The iteration limit was reached before the stopping rule held. */
export const STALLED: i32 = 2;
/** A matrix that must be positive definite is not, to working precision. */
export const SINGULAR: i32 = 3;
/** What was looked for is in the caller's buffers; call again for the next one. */
export const FOUND: i32 = 4;
/** The budget of this call is used up; nothing is lost, call again to go on. */
export const PAUSED: i32 = 5;
/** A value is not in the list where the caller promised it. */
export const MISSING: i32 = 6;
