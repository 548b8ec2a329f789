/**
 * What the report's numbers are held against. Source: computed independently of this program, with exact rationals and
 * a linear-programming solver, from the utilities printed in the paper's Appendix D (uniform prior, the receiver follows
 * the selected scheme); the paper itself prints no table of these quantities. Means are over all committees of size
 * 1, 2, …, to six decimals.
 */
export interface Expected {
  readonly schemes: string;
  readonly optimum: string;
  /** Mean V_min, ties `strict` and ties `index`. */
  readonly worst: readonly string[];
  readonly worstIndex: readonly string[];
  /** Mean V_min over randomised schemes, ties `strict`. */
  readonly worstRandomised: readonly string[];
  /** Stable schemes, summed over the committees of each size. */
  readonly stable: readonly string[];
  /** Mean epsilon, scope cells with weights in the cone, and scope schemes with weights on the simplex. */
  readonly cellsCone: readonly string[];
  readonly schemesSimplex: readonly string[];
  /** Epsilon of the full market, scope table. */
  readonly tableSimplex: string;
  readonly tableCone: string;
  /** Alice along best-response dynamics of the full market, four decimals, where known. */
  readonly dynamics?: readonly string[];
  /** Committees that meet the bound OPT - 2ε at ε > 0, scope cells with weights in the cone, where known. */
  readonly tight?: readonly string[];
}

const six = (...values: readonly number[]): string[] => values.map((value) => value.toFixed(6));

export const EXPECTED: Readonly<Record<'synthetic-1' | 'synthetic-2' | 'movielens', Expected>> = {
  'synthetic-1': {
    schemes: '27',
    optimum: '173/300',
    worst: six(0.549133, 0.5704, 0.576333, 0.576667, 0.576667),
    worstIndex: six(0.549133, 0.5704, 0.576333, 0.576667, 0.576667),
    worstRandomised: six(0.549133, 0.576233, 0.576667, 0.576667, 0.576667),
    stable: ['6', '16', '11', '5', '1'],
    cellsCone: six(0.034, 0.01485, 0.002917, 0, 0),
    schemesSimplex: six(0.110433, 0.0198, 0.001, 0, 0),
    tableSimplex: '0.000227',
    tableCone: '0.000198',
    dynamics: ['0.5683', '0.5723', '0.5733', '0.5767'],
  },
  'synthetic-2': {
    schemes: '64',
    optimum: '23/25',
    worst: six(0.672, 0.836, 0.864, 0.892, 0.92),
    worstIndex: six(0.672, 0.836, 0.864, 0.892, 0.92),
    worstRandomised: six(0.672, 0.836, 0.864, 0.892, 0.92),
    stable: ['5', '38', '25', '8', '1'],
    cellsCone: six(0.274, 0.07, 0.063, 0.042, 0),
    schemesSimplex: six(0.374, 0.222, 0.148, 0.074, 0),
    tableSimplex: '0.418333',
    tableCone: '0.410000',
    dynamics: ['0.8267', '0.8733', '0.9200'],
    tight: ['AI 5', 'AI 4, AI 5'],
  },
  movielens: {
    schemes: '729',
    optimum: '17/20',
    worst: six(0.843611, 0.846889, 0.8485, 0.849333, 0.849722, 0.85),
    worstIndex: six(0.843611, 0.847333, 0.849083, 0.849889, 0.85, 0.85),
    worstRandomised: six(0.843611, 0.847667, 0.8495, 0.85, 0.85, 0.85),
    stable: ['10', '93', '75', '41', '14', '2'],
    cellsCone: six(0.026849, 0.01886, 0.014389, 0.011585, 0.010059, 0.009574),
    schemesSimplex: six(0.010833, 0.004867, 0.001958, 0.000706, 0.000264, 0),
    tableSimplex: '0.025000',
    tableCone: '0.020919',
  },
};
