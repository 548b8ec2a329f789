/** Long work in one thread: gives way to timers and signals now and then, and stops where it must. */
import { setImmediate } from 'node:timers/promises';
import { AbortedError } from './errors.ts';

/** When work has to stop. */
export interface Stop {
  readonly signal?: AbortSignal | undefined;
  /** On the clock of `performance.now()`, in ms. */
  readonly deadline?: number | undefined;
}

export const TIME_UP = 'the time limit came first';

/** The deadline came before the end. Parts of an answer say so in their place; callers never see it. */
export class TimeUpError extends Error {
  override readonly name: string = 'TimeUpError';
  constructor() {
    super(TIME_UP);
  }
}

/** Ms between two breaths. */
const BREATH = 20;

/** @throws AbortedError once the signal has fired, TimeUpError past the deadline. */
export function check({ signal, deadline = Number.POSITIVE_INFINITY }: Stop): void {
  if (signal?.aborted) throw new AbortedError();
  if (performance.now() >= deadline) throw new TimeUpError();
}

export class Pause {
  private readonly stop: Stop;
  private last = performance.now();

  constructor(stop: Stop = {}) {
    this.stop = stop;
  }

  /** Whether it is time for `breathe`. */
  get due(): boolean {
    return performance.now() - this.last > BREATH;
  }

  /** Lets others run. @throws as `check`. */
  async breathe(): Promise<void> {
    await setImmediate();
    this.last = performance.now();
    check(this.stop);
  }
}
