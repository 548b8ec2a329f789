/** The small games of the published answers, as JSON values. */
type Utility = (action: number, state: number) => number;

const matches: Utility = (a, y) => (a === y ? 1 : 0);
const table = (utility: Utility) => [0, 1].map((a) => [0, 1].map((y) => utility(a, y)));

const xor = {
  xA: ['0', '1'],
  xB: ['0', '1'],
  y: ['0', '1'],
  actions: ['0', '1'],
  prior: [
    [
      ['1/4', 0],
      [0, '1/4'],
    ],
    [
      [0, '1/4'],
      ['1/4', 0],
    ],
  ],
  alice: table(matches),
  messages: { alice: 2, bob: 2 },
  rounds: 1,
};

const opposed: Utility = (a, y) => 1 - matches(a, y);
const bob = (name: string, utility: Utility) => ({ name, utility: table(utility) });

/** y = x_A XOR x_B, uniform; the Bobs' biases towards the two actions cancel. */
export const aligned = {
  ...xor,
  bobs: [bob('one', (a, y) => (matches(a, y) + a) / 2), bob('zero', (a, y) => (matches(a, y) + 1 - a) / 2)],
};
export const bothOpposed = { ...xor, bobs: [bob('left', opposed), bob('right', opposed)] };
export const oneOpposed = { ...xor, bobs: [bob('only', opposed)] };

/** x_B is the state, two equally likely states, x_A tells nothing, Alice has nothing to say. */
const states = {
  xA: ['-'],
  xB: ['0', '1'],
  y: ['0', '1'],
  actions: ['0', '1'],
  prior: [
    [
      ['1/2', 0],
      [0, '1/2'],
    ],
  ],
  messages: { alice: 1, bob: 2 },
  rounds: 1,
};

/** Action 1 pays 1, action 0 pays 1 only in state 1: Alice is indifferent once she knows state 1. */
export const indifferent = {
  ...states,
  alice: [
    [0, 1],
    [1, 1],
  ],
  bobs: ['first', 'second'].map((name) => ({
    name,
    utility: [
      [0, 1],
      [1, 1],
    ],
    rules: ['silent', 'reveal'],
  })),
};

/** Match the state; two aligned Bobs who stay silent or reveal it; lambda = ln 3. */
export const matchState = {
  ...states,
  alice: table(matches),
  bobs: ['first', 'second'].map((name) => ({ name, utility: table(matches), rules: ['silent', 'reveal'] })),
  lambda: Math.log(3),
};

/** Appendix B: a judge, a prosecutor and a defence attorney, who know whether the accused is guilty (2/3). */
export const courtroom = {
  xA: ['-'],
  xB: ['guilty', 'innocent'],
  y: ['guilty', 'innocent'],
  actions: ['acquit', 'convict'],
  prior: [
    [
      ['2/3', 0],
      [0, '1/3'],
    ],
  ],
  alice: [
    [1, 2],
    [2, 1],
  ],
  bobs: [
    {
      name: 'prosecutor',
      utility: [
        [0, 0],
        [2, 1],
      ],
    },
    {
      name: 'defence',
      utility: [
        [1, 2],
        [0, 0],
      ],
    },
  ],
  messages: { alice: 1, bob: 2 },
  rounds: 1,
};
