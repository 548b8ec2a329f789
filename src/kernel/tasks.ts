/** What a worker can do, by name. One entry a kernel family; each is a pure function of its shared data and its part. */
import { profilesTask } from './conversation.ts';
import { prefixesTask, subsetsTask, weightsTask } from './fits.ts';
import { gramTask } from './gram.ts';
import type { Kernel } from './instance.ts';
import { responsesTask } from './responses.ts';
import { scanTask } from './scan.ts';

/**
 * A family of independent parts over the same data. `prepare` copies the shared data into the kernel's memory once a
 * job and worker, `run` does one part (keep it under about 50 ms: parts are the grain of progress and cancelling),
 * `dispose` releases what `prepare` reserved. Large arrays in `Shared` should lie on a SharedArrayBuffer, which is
 * posted without a copy.
 */
export interface Task<Shared, State, Part, Result> {
  prepare(kernel: Kernel, shared: Shared): State;
  run(kernel: Kernel, state: State, part: Part): Result;
  dispose(kernel: Kernel, state: State): void;
  /** The results of neighbouring parts as one: a job's results may then hold it for the first, undefined for the rest. */
  merge?(results: readonly Result[]): Result;
  /** The parts stay in this process and their results are not kept: they lie in the shared data, or are soon made anew. */
  readonly local?: true;
}

export const tasks = {
  scan: scanTask,
  gram: gramTask,
  prefixes: prefixesTask,
  subsets: subsetsTask,
  weights: weightsTask,
  profiles: profilesTask,
  responses: responsesTask,
};

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type SharedOf<N extends TaskName> = Tasks[N] extends Task<infer S, infer _T, infer _P, infer _R> ? S : never;
export type PartOf<N extends TaskName> = Tasks[N] extends Task<infer _S, infer _T, infer P, infer _R> ? P : never;
export type ResultOf<N extends TaskName> = Tasks[N] extends Task<infer _S, infer _T, infer _P, infer R> ? R : never;

/** A job's identity, its task and shared data, and one part: what travels to a worker. */
export interface Message {
  readonly job: string;
  readonly task: TaskName;
  readonly shared: unknown;
  readonly part: unknown;
}

export type AnyTask = Task<unknown, unknown, unknown, unknown>;

/** The registry without types: a job's name and data were paired by the typed `Pool.map`. */
export function taskNamed(name: TaskName): AnyTask {
  return (tasks as Record<string, AnyTask>)[name]!;
}

/** Runs parts on one kernel and keeps the prepared data of the last few jobs. */
export class Runner {
  private readonly kernel: Kernel;
  private readonly prepared = new Map<string, { task: AnyTask; state: unknown }>();
  private readonly keep: number;

  constructor(kernel: Kernel, keep = 2) {
    this.kernel = kernel;
    this.keep = keep;
  }

  run({ job, task: name, shared, part }: Message): unknown {
    let entry = this.prepared.get(job);
    if (!entry) {
      const task = taskNamed(name);
      entry = { task, state: task.prepare(this.kernel, shared) };
    } else this.prepared.delete(job);
    this.prepared.set(job, entry);
    if (this.prepared.size > this.keep) this.forget(this.prepared.keys().next().value!);
    return entry.task.run(this.kernel, entry.state, part);
  }

  forget(job: string): void {
    const entry = this.prepared.get(job);
    if (!entry) return;
    this.prepared.delete(job);
    entry.task.dispose(this.kernel, entry.state);
  }
}
