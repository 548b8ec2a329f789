/** A theorem tried on many random instances: how often it failed, and how close it came. */

/** The outcome of one inequality over all its instances. `slack` is bound side less bounded side: negative is a failure. */
export interface Trial {
  readonly name: string;
  readonly statement: string;
  readonly instances: number;
  readonly violations: number;
  /** Least slack over the instances where the bound is not trivially met, and where that was. */
  readonly tightest: number;
  readonly instance: string;
}

/** Slack below this is a failure where both sides are doubles. */
export const TRIAL_TOLERANCE = 1e-9;

/** Collects the instances of one inequality. */
export class Trials {
  private readonly name: string;
  private readonly statement: string;
  private readonly tolerance: number;
  private instances = 0;
  private violations = 0;
  private tightest = Number.POSITIVE_INFINITY;
  private instance = '';

  constructor(name: string, statement: string, tolerance = TRIAL_TOLERANCE) {
    this.name = name;
    this.statement = statement;
    this.tolerance = tolerance;
  }

  /**
   * Records one instance.
   * @param slack at least 0 where the inequality holds
   * @param telling false where both sides are equal for a trivial reason: it then does not count as tight
   */
  add(slack: number, instance: () => string, telling = true): void {
    this.instances++;
    if (slack < -this.tolerance) this.violations++;
    if (!(telling || slack < -this.tolerance) || slack >= this.tightest) return;
    this.tightest = slack;
    this.instance = instance();
  }

  get result(): Trial {
    const { name, statement, instances, violations, tightest, instance } = this;
    return { name, statement, instances, violations, tightest, instance };
  }
}
