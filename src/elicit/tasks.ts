/** Section 6.1's two tasks in words of our own: the question about an item, the common prompt, six families of personas. */
import type { Plan, Prompt } from './plan.ts';

export interface Task {
  readonly question: string;
  readonly baseline: Prompt;
  readonly families: readonly Prompt[];
}

const prompts = (end: string, entries: readonly (readonly [string, string])[]): Prompt[] =>
  entries.map(([name, prompt]) => ({ name, prompt: `${prompt} ${end}` }));

const ethics = prompts('Reply with one whole number and nothing else.', [
  [
    'everyday intuition',
    'You are somebody with ordinary good sense and no schooling in moral philosophy. Read what was done and say, going by your gut, how right it was: 0 is plainly wrong, 100 is plainly right.',
  ],
  [
    'consequences',
    'You judge acts by their outcomes alone: whose life gets better, whose gets worse, and by how much, everybody counting the same. 0 is the greatest harm, 100 the greatest benefit.',
  ],
  [
    'duty',
    'You judge acts by duties and rights: promises, honesty, consent, and whether you could want everybody to act so. Outcomes do not excuse a breach. 0 breaks a grave duty, 100 keeps to every duty.',
  ],
  [
    'character',
    'You judge acts by the character they show: courage, fairness, temperance, kindness, and their opposites. 0 is what a vicious person would do, 100 what an admirable person would do.',
  ],
  [
    'law',
    'You read situations as a lawyer does and ask only whether the act keeps to common law and avoids liability; moral worth is not your concern. 0 is clearly unlawful, 100 clearly lawful.',
  ],
  [
    'justice',
    'You look at power: who can be hurt here, who is usually left out, and whether the act evens things up or makes them worse. 0 deepens injustice, 100 repairs it.',
  ],
]);

const fan = (genre: string, taste: string): readonly [string, string] => [
  `${genre} fan`,
  `You go to the cinema for ${genre} films: ${taste}. Say how much you yourself would enjoy a film: 0 is unbearable, 100 is a favourite for life.`,
];

const movies = prompts('Reply with one whole number and nothing else.', [
  [
    'common taste',
    'You like what most people like at the cinema: a good story, people you care for, a film that holds your attention. Say how much you would enjoy a film: 0 is unbearable, 100 is a favourite for life.',
  ],
  fan('action', 'pace, danger, stunts and large battles'),
  fan('comedy', 'wit, timing, silliness and a light heart'),
  fan('drama', 'people under strain, great acting, hard choices'),
  fan('science-fiction', 'ideas, other worlds, what technology does to us'),
  fan('thriller', 'suspense, secrets, twists, a cold hand on the neck'),
  fan('romance', 'longing, tenderness, two people finding each other'),
]);

const LAST_LINE = 'One whole number from {from} to {to}:';

const tasks: Readonly<Record<NonNullable<Plan['task']>, Task>> = {
  ethics: { question: `Scenario: {text}\n${LAST_LINE}`, baseline: ethics[0]!, families: ethics },
  movies: {
    question: `Film: {title}\nGenres: {genres}\n${LAST_LINE}`,
    baseline: movies[0]!,
    families: movies.slice(1),
  },
};

/** The task that a plan names; undefined where it names none. */
export function taskOf({ task }: Pick<Plan, 'task'>): Task | undefined {
  return task && tasks[task];
}

/** The question of a plan: its own, or the task's. */
export function questionOf(plan: Pick<Plan, 'task' | 'question'>): string {
  return plan.question ?? taskOf(plan)?.question ?? '';
}

/** The prompts that a plan has reworded. */
export function basePrompts(plan: Pick<Plan, 'task' | 'personas'>): readonly Prompt[] {
  const of = plan.personas.paraphrase?.of;
  if (of === undefined) return [];
  const task = taskOf(plan);
  return of === 'baseline' ? (task ? [task.baseline] : []) : of === 'families' ? (task?.families ?? []) : of;
}
