/**
 * Long computations cut into pieces of a few ms: a generator yields between them, so that whoever runs it can give way
 * to timers and signals, stop it for good, or run it to its end at once.
 */
import { setImmediate } from 'node:timers/promises';
import { AbortedError } from './errors.ts';

/** Yields between pieces, returns the result. */
export type Steps<R, Y = void> = Generator<Y, R, void>;

/** Runs to the end at once. */
export function finished<R>(steps: Steps<R, unknown>): R {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** An answer that may come at once or in steps. */
export function* answered<R>(answer: R | Steps<R>): Steps<R> {
  return isSteps(answer) ? yield* answer : answer;
}

function isSteps<R>(answer: R | Steps<R>): answer is Steps<R> {
  return typeof answer === 'object' && answer !== null && Symbol.iterator in answer && 'next' in answer;
}

/** The result of `steps`, or undefined where `late` says so first; what they hold is then released. */
export function* unless<R>(late: () => boolean, steps: Steps<R, unknown>): Steps<R | undefined> {
  try {
    for (;;) {
      if (late()) return undefined;
      const step = steps.next();
      if (step.done) return step.value;
      yield;
    }
  } finally {
    // Ends the generator where it stands, so that it releases its memory.
    steps.return(undefined as never);
  }
}

/** `steps` with something to show at every one of them. */
export function* showing<R, Y>(steps: Steps<R, unknown>, shown: () => Y): Steps<R, Y> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      yield shown();
    }
  } finally {
    steps.return(undefined as never);
  }
}

export interface ClockOptions {
  readonly signal?: AbortSignal | undefined;
  /** On the clock of `performance.now()`, in ms. */
  readonly deadline?: number | undefined;
}

/** Give way to timers, signals and other threads' messages after this many ms. */
const BREATH = 5;

/** Runs steps in this thread, giving way now and then. */
export class Clock {
  private readonly signal: AbortSignal | undefined;
  private readonly deadline: number;
  private breath = performance.now();

  constructor({ signal, deadline = Number.POSITIVE_INFINITY }: ClockOptions) {
    this.signal = signal;
    this.deadline = deadline;
  }

  /** Whether the deadline is over; who asks and is told so leaves something out. */
  readonly late = (): boolean => {
    const late = performance.now() >= this.deadline;
    if (late) this.cut = true;
    return late;
  };
  /** Whether something was left out: somebody was told that it is late, or it asked for too much. */
  cut = false;

  /** Runs to the end. @param onStep sees what the steps yield @throws AbortedError once the signal fires */
  async run<R, Y>(steps: Steps<R, Y>, onStep?: (step: Y) => void): Promise<R> {
    try {
      for (;;) {
        await this.giveWay();
        const step = steps.next();
        if (step.done) return step.value;
        onStep?.(step.value);
      }
    } finally {
      steps.return(undefined as never);
    }
  }

  /** @throws AbortedError once the signal has fired */
  async giveWay(): Promise<void> {
    if (performance.now() - this.breath < BREATH) return;
    await setImmediate();
    if (this.signal?.aborted) throw new AbortedError();
    this.breath = performance.now();
  }
}
