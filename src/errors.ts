/** Every kind of error that a caller can meet, and the exit code that the command line gives it. */

/** The input, an option or an argument breaks a rule; the message names place, rule and value. Exit code 2. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
}

/** The problem is valid but larger than the chosen method can finish; the message says what to use instead. Exit code 2. */
export class TooLargeError extends InputError {
  override readonly name: string = 'TooLargeError';
}

/** The caller's `AbortSignal` fired before the work was done. Exit code 130. */
export class AbortedError extends Error {
  override readonly name: string = 'AbortedError';
  constructor(message = 'stopped before the end') {
    super(message);
  }
}

/** A kernel or a worker failed: a fault of this program. Exit code 1. */
export class InternalError extends Error {
  override readonly name: string = 'InternalError';
}

/** A service that the work needs refuses us or cannot be reached; the message says why. Exit code 1. */
export class EndpointError extends Error {
  override readonly name: string = 'EndpointError';
}

const refusals = { InputError, TooLargeError, AbortedError };

/** An error that came from another thread as its name and message: errors do not keep their class on the way. */
export function reviveError({ name, message }: { readonly name: string; readonly message: string }): Error {
  const known = refusals[name as keyof typeof refusals];
  return known ? new known(message) : new InternalError(`${name}: ${message}`);
}
