/** Limits on requests, tokens and money: reserved at their upper bound before a request, settled after it, never passed. */
import type { Spent } from './journal.ts';
import type { Plan } from './plan.ts';

export const NOTHING: Spent = { requests: 0, input: 0, output: 0 };

export function sum(a: Spent, b: Spent): Spent {
  return { requests: a.requests + b.requests, input: a.input + b.input, output: a.output + b.output };
}

/** Money for tokens; undefined without prices. */
export function cost(prices: Plan['prices'], { input, output }: Spent): number | undefined {
  return prices && (input * prices.input + output * prices.output) / 1e6;
}

/** The first limit that `spent` passes, in words; undefined where none is. */
export function passed({ limits, prices }: Pick<Plan, 'limits' | 'prices'>, spent: Spent): string | undefined {
  const tokens = spent.input + spent.output;
  const money = cost(prices, spent);
  if (limits.requests !== undefined && spent.requests > limits.requests) return `limits.requests (${limits.requests})`;
  if (limits.tokens !== undefined && tokens > limits.tokens) return `limits.tokens (${limits.tokens})`;
  if (limits.cost !== undefined && money !== undefined && money > limits.cost) return `limits.cost (${limits.cost})`;
  return undefined;
}

/** What has been spent and what requests in flight may still cost. */
export class Budget {
  readonly #plan: Pick<Plan, 'limits' | 'prices'>;
  #spent: Spent;
  #reserved: Spent = NOTHING;
  #flying = 0;
  #settled: (() => void)[] = [];

  /** `already`: what earlier runs spent. */
  constructor(plan: Pick<Plan, 'limits' | 'prices'>, already: Spent) {
    this.#plan = plan;
    this.#spent = already;
  }

  get spent(): Spent {
    return this.#spent;
  }

  get cost(): number | undefined {
    return cost(this.#plan.prices, this.#spent);
  }

  /**
   * Sets `bound` aside. Where a limit leaves no room, waits for requests in flight to turn out cheaper; undefined when it is
   * taken, else the limit that stands in the way with nothing in flight.
   */
  async reserve(bound: Spent): Promise<string | undefined> {
    for (;;) {
      const limit = passed(this.#plan, sum(sum(this.#spent, this.#reserved), bound));
      if (limit === undefined) break;
      if (this.#flying === 0) return limit;
      await new Promise<void>((resolve) => this.#settled.push(resolve));
    }
    this.#reserved = sum(this.#reserved, bound);
    this.#flying++;
    return undefined;
  }

  /** Replaces a reservation by what was spent. */
  settle(bound: Spent, actual: Spent): void {
    const back = { requests: -bound.requests, input: -bound.input, output: -bound.output };
    this.#reserved = sum(this.#reserved, back);
    this.#spent = sum(this.#spent, actual);
    this.#flying--;
    const waiting = this.#settled;
    this.#settled = [];
    for (const wake of waiting) wake();
  }
}
