/**
 * Which committee of a sweep comes next: in their order, but none before those below it have been searched, whoever does
 * it. What is found of one bounds those above, so answers do not depend on who was first.
 */
import type { CommitteeMask } from '../market.ts';
import type { Ties } from './session.ts';
import { committeesBelow, type Known } from './sweep.ts';
import type { WorstFound } from './worst.ts';

/** A committee to answer, and the worst equilibria of those below it. */
export interface Item {
  readonly committee: CommitteeMask;
  readonly below: Known;
}

export class Agenda {
  private readonly ties: Ties;
  private waiting: CommitteeMask[];
  private underWay = 0;
  private readonly found = new Map<CommitteeMask, WorstFound>();
  private sleepers: (() => void)[] = [];

  /** @param committees in the order wanted, all that lie below one before it */
  constructor(committees: readonly CommitteeMask[], ties: Ties) {
    this.waiting = [...committees];
    this.ties = ties;
  }

  /** The next one as soon as there is one; undefined where none will come. */
  async next(): Promise<Item | undefined> {
    for (;;) {
      const at = this.waiting.findIndex((committee) => this.ready(committee));
      if (at >= 0) {
        const [committee] = this.waiting.splice(at, 1);
        this.underWay++;
        const below = committeesBelow(committee!, this.ties).map((part) => [part, this.found.get(part)!] as const);
        return { committee: committee!, below: new Map(below) };
      }
      if (this.waiting.length === 0 || this.underWay === 0) return undefined;
      await new Promise<void>((wake) => this.sleepers.push(wake));
    }
  }

  private ready(committee: CommitteeMask): boolean {
    return committeesBelow(committee, this.ties).every((part) => this.found.has(part));
  }

  /** A committee's search is over. */
  learn(committee: CommitteeMask, worst: WorstFound): void {
    this.found.set(committee, worst);
    this.wake();
  }

  /** One that was begun is answered. */
  done(): void {
    this.underWay--;
    this.wake();
  }

  /** Nothing more will be asked for: whoever waits is told so. */
  stop(): void {
    this.waiting = [];
    this.wake();
  }

  private wake(): void {
    for (const wake of this.sleepers.splice(0)) wake();
  }
}
