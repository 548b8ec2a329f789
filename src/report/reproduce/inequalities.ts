/** The paper's inequalities on random games: how close they come, and where a step of a proof fails. */
import { stringify } from 'csv-stringify/sync';
import { tryFormulas } from '../../bounds/inequalities.ts';
import type { Trial } from '../../bounds/trials.ts';
import { type Failure, tryAgreement, tryCompetition, tryQuantal } from '../../conversation/inequalities.ts';
import { gameJson } from '../../conversation/write.ts';
import { AbortedError } from '../../errors.ts';
import type { Section } from '../render.ts';
import type { Cell } from '../tables.ts';
import type { ReproduceContext } from './context.ts';

/** Random instances of each inequality. */
const INSTANCES = 1000;
/** Inequalities that the paper states more strongly than they hold. */
const STATED_TOO_STRONGLY = 'Corollary 1, L1';

const short = (value: number): string => (value === 0 ? '0' : value.toPrecision(3));

function trialRows(context: ReproduceContext, trials: readonly Trial[]): Cell[][] {
  return trials.map(({ name, statement, instances, violations, tightest, instance }) => {
    const expected = name !== STATED_TOO_STRONGLY;
    if (expected) context.check(`${name}: violations in ${instances} random instances`, '0', String(violations));
    return [
      ...[name, statement, instances],
      expected
        ? { text: String(violations), verdict: violations === 0 ? ('agrees' as const) : ('differs' as const) }
        : violations,
      short(Math.abs(tightest) < 1e-12 ? 0 : tightest),
      instance,
    ];
  });
}

/** A name for the file of a failure's game. */
const fileName = ({ what, seed }: Failure): string =>
  `${what
    .split(/[:,]/)[0]!
    .normalize('NFKD')
    .replace(/[^\w]+/g, '-')
    .toLowerCase()}-seed-${seed}.json`;

export async function inequalities(context: ReproduceContext): Promise<Section[]> {
  const { pool, signal } = context;
  const trials: Trial[] = [];
  const failures: Failure[] = [];
  for (const [note, attempt] of [
    ['lemmas', async () => ({ trials: tryFormulas(INSTANCES, 1), failures: [] })],
    ['competition', () => tryCompetition(INSTANCES, pool)],
    // Profiles without an equilibrium bound nothing: a quarter more games than instances.
    ['quantal response', () => tryQuantal(1.25 * INSTANCES, pool)],
    ['agreement', () => tryAgreement(INSTANCES)],
  ] as const) {
    if (signal.aborted) throw new AbortedError();
    context.note(`Random games: ${note}`);
    const found = await attempt();
    trials.push(...found.trials);
    failures.push(...found.failures);
  }
  const columns = ['source', 'inequality', 'instances', 'violations', 'tightest slack', 'where'];
  context.files.set(
    'inequalities.csv',
    stringify([
      columns,
      ...trials.map((t) => [t.name, t.statement, t.instances, t.violations, t.tightest, t.instance]),
    ]),
  );
  for (const failure of failures) {
    const { lambda } = failure.values;
    const game = { ...failure.game, ...(typeof lambda === 'number' && { lambda }) };
    context.files.set(fileName(failure), `${JSON.stringify(gameJson(game))}\n`);
  }
  return [
    {
      heading: 'The inequalities on random games',
      blocks: [
        {
          paragraph:
            'Each inequality of sections 3 to 5 and Appendix A on random small games (two or three features, states and actions; utilities in quarters; half of them with Alice’s utility in the hull of the Bobs’). Slack is the bounding side less the bounded one: 0 is a bound that is met (the tightest leaves out instances where both sides agree for a trivial reason, such as ε = 0 or δ = 0).',
        },
        { table: { columns, rows: trialRows(context, trials), caption: 'The same numbers: inequalities.csv.' } },
        {
          paragraph:
            'Where the paper leaves room for doubt the games find it: Proposition 1 where Alice is indifferent between actions; Corollary 1, whose proof bounds total variation where Definition 13 has L1; and the last step of Theorem 2’s proof, which takes Alice’s utility after a deviation for her utility with that Bob alone. Each row is the instance on which one of them fails most; a claim without a row failed on none.',
        },
        {
          table: {
            columns: ['what fails', 'seed', 'numbers', 'the game'],
            rows: failures.map((failure) => [
              failure.what,
              failure.seed,
              Object.entries(failure.values)
                .map(([name, value]) => `${name} ${typeof value === 'number' ? short(value) : value}`)
                .join(', '),
              fileName(failure),
            ]),
            caption: 'The instance on which each fails most; run it with market-alignment game.',
          },
        },
      ],
    },
  ];
}
