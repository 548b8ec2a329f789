/** Which of the report's quantities are the paper's and which are ours, and the readings taken where it is silent. */
import type { Section } from '../render.ts';

const ROWS = [
  ['Utilities of Tables 1, 2 and 3', 'the paper, Appendix D', 'as printed, two and three decimals, read exactly'],
  [
    'Definitions of equilibrium, misalignment, dynamics',
    'the paper, sections 5 and 7.1',
    'Definitions 16 and 17, Remark 5',
  ],
  ['The bound OPT − 2ε', 'the paper, Theorem 6', 'checked here on every committee'],
  [
    'V_min, stable schemes, ε, dynamics, growth paths',
    'computed here',
    'the paper shows them as plots only (Figures 5, 6, 7)',
  ],
  [
    'Expected answers',
    'computed independently',
    'by exact rationals and a linear-programming solver, bundled with this program; they are not printed in the paper',
  ],
  [
    'Scores of Figures 1 to 4',
    'synthetic, computed here',
    'the paper’s language-model scores and OpinionQA’s model distributions are not public; real scores come with --data',
  ],
  ['Growth paths of Figure 7', 'computed here', 'random orders of our own seed: the paper’s are not published'],
] as const;

const READINGS = [
  ['Arithmetic', 'exact: decimals become integers, comparisons are between integers, results are fractions'],
  [
    'Ties',
    'strict: a profitable deviation must give Alice strictly more (section 7.1); “ties index” is Definition 16’s rule',
  ],
  ['Receiver', 'Alice takes the policy that the selected scheme names'],
  ['Schemes', 'deterministic, one policy a state; “When Bobs may randomise” has both'],
  [
    'Misalignment in the figures',
    'over the (state, policy) cells that stable and that Alice-optimal schemes use, non-negative weights, free offset',
  ],
  [
    'Dynamics',
    'start from each Bob’s best scheme; Bobs move in the table’s order, each to his best profitable deviation',
  ],
] as const;

export async function provenance(): Promise<Section[]> {
  return [
    {
      heading: 'What is the paper’s and what is ours',
      blocks: [
        { table: { columns: ['quantity', 'whose', 'note'], rows: ROWS } },
        {
          table: {
            columns: ['where the paper is silent', 'the reading taken'],
            rows: READINGS,
            caption: 'Every result file records the options that decide its answer.',
          },
        },
      ],
    },
  ];
}
