/** A made-up sweep with known places, for tests of figures: Alice and epsilon of a committee are given by its mask. */
import type { CommitteeResult, SweepResult } from '../../src/market/results.ts';

export interface Given {
  readonly worst: number;
  readonly dynamics: number;
  readonly epsilon: number;
  /** Without randomising; given for all committees of a sweep or for none. */
  readonly plain?: { readonly worst: number; readonly epsilon: number };
}

const exact = (value: number) => ({ value, exact: String(value) });

export function madeUpSweep(
  bobs: readonly string[],
  optimum: number,
  given: (mask: number) => Given,
  paths: readonly (readonly number[])[] = [],
): SweepResult {
  const names = (mask: number) => bobs.filter((_, bob) => (mask >> bob) & 1);
  const committees = Array.from({ length: 2 ** bobs.length - 1 }, (_, i) => {
    const { worst, dynamics, epsilon, plain } = given(i + 1);
    const readings = (value: number) => [
      { scope: 'cells', weights: 'cone', epsilon: value, w: {}, offset: 0, bound: optimum - 2 * value } as const,
    ];
    const members = names(i + 1);
    const committee: CommitteeResult & { bobs: string[] } = {
      bobs: members,
      worst: { alice: exact(worst), bobs: {}, scheme: ['A'] },
      ...(plain && {
        deterministic: {
          alice: exact(plain.worst),
          bobs: {},
          scheme: ['A'],
          misalignment: readings(plain.epsilon),
        },
      }),
      stable: { count: '1' },
      misalignment: readings(epsilon),
      dynamics: {
        alice: exact(dynamics),
        selected: members[0]!,
        steps: [{ bob: members[0]!, scheme: ['A'], alice: exact(dynamics) }],
        nash: true,
        range: { min: exact(dynamics), max: exact(dynamics), runs: 1, nash: 1 },
      },
    };
    return committee;
  });
  return {
    kind: 'sweep',
    version: '0',
    complete: true,
    arithmetic: 'exact',
    options: {
      ties: 'strict',
      receiver: 'follow',
      schemes: given(1).plain ? 'randomised' : 'deterministic',
      scope: ['cells'],
      weights: ['cone'],
      order: 'round-robin',
      deviation: 'best',
      runs: 1,
      seed: 1,
      paths: paths.length,
    },
    market: { states: ['S'], policies: [['A']], bobs },
    schemes: '1',
    optimum: { alice: exact(optimum), scheme: ['A'] },
    committees,
    paths: paths.map((path) => path.map((mask) => ({ bobs: names(mask), alice: exact(given(mask).worst) }))),
  };
}
