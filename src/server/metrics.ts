/** What Prometheus may scrape: requests, jobs, queue, cache, and the process. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Computations } from './computations.ts';

export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'market_alignment_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  private readonly jobs = new Counter({
    name: 'market_alignment_jobs_total',
    help: 'Jobs asked for, by how they were answered',
    labelNames: ['kind', 'answered'] as const,
    registers: [this.registry],
  });

  constructor(computations: Pick<Computations, 'queued' | 'running' | 'cacheHits'>, processToo: boolean) {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name: `market_alignment_${name}`,
        help,
        registers: [this.registry],
        collect() {
          this.set(read());
        },
      });
    gauge('jobs_queued', 'Jobs that wait for a runner', () => computations.queued);
    gauge('jobs_running', 'Jobs that are computed now', () => computations.running);
    gauge('cache_hits', 'Jobs answered from memory since the start', () => computations.cacheHits.count);
    if (processToo) collectDefaultMetrics({ register: this.registry });
  }

  answered(route: string, method: string, status: number, milliseconds: number): void {
    this.requests.observe({ route, method, status }, milliseconds / 1000);
  }

  /** @param answered `at once`, `later`, or the kind of problem */
  job(kind: string, answered: string): void {
    this.jobs.inc({ kind, answered });
  }
}
