/**
 * Synthetic scores, seeded: stand-ins for the paper's language-model scores, which are not public. They show how the
 * methods behave where the truth is known; they are not the paper's data, and every output says so.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { givenObject, givenThing } from '../input/given.ts';
import { generator } from './folds.ts';
import { scoresFrom } from './read.ts';
import type { ScoreOptions, Scores } from './scores.ts';

/** Columns by name, with how they are read and what they stand for. */
export interface SyntheticScores {
  /** Begins with "Synthetic". */
  readonly title: string;
  readonly columns: Readonly<Record<string, readonly (number | string)[]>>;
  readonly options: ScoreOptions;
}

export interface PersonaOptions {
  readonly items?: number;
  readonly bobs?: number;
  readonly seed?: number;
}

/** Ways in which a prompt can lean away from Alice: each item has a coordinate on each. */
const LEANINGS = 8;
/** Scores are whole numbers from 0 to 100, as the prompts of Appendix C ask. */
const rounded = (score: number) => Math.round(100 * Math.min(1, Math.max(0, score)));

class Draw {
  private readonly random: RandomGenerator;

  constructor(seed: number) {
    this.random = generator(seed, 'personas');
  }

  uniform(least = 0, most = 1): number {
    return least + (most - least) * uniformFloat64(this.random);
  }

  whole(least: number, most: number): number {
    return uniformInt(this.random, least, most);
  }

  /** Normal, mean 0 and deviation 1: Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  normals(count: number): number[] {
    return Array.from({ length: count }, () => this.normal());
  }
}

/** The parameters of one domain of section 6.1. */
export interface Domain {
  readonly name: 'ETHICS-like' | 'MovieLens-like';
  /** Alice's score of an item, in [0, 1]. */
  readonly alice: (draw: Draw) => number;
  /** How far all Bobs are off together: a shift, and a deviation by item. */
  readonly shift: number;
  readonly shared: number;
  /** Deviation of a Bob's leanings, and of his own noise. */
  readonly leaning: number;
  readonly noise: number;
}

export const ETHICS_LIKE: Domain = {
  name: 'ETHICS-like',
  // Most acts are clearly right or clearly wrong.
  alice: (draw) => Math.min(1, Math.max(0, (draw.uniform() < 0.5 ? 0.18 : 0.8) + 0.12 * draw.normal())),
  shift: 0,
  shared: 0.05,
  leaning: 0.03,
  noise: 0.03,
};

export const MOVIELENS_LIKE: Domain = {
  name: 'MovieLens-like',
  // Mean ratings of people lie around 3.3 of 5; models praise more than people do.
  alice: (draw) => Math.min(1, Math.max(0, 0.66 + 0.09 * draw.normal())),
  shift: 0.12,
  shared: 0.05,
  leaning: 0.06,
  noise: 0.06,
};

interface Item {
  readonly alice: number;
  readonly shared: number;
  readonly leanings: readonly number[];
}

function drawItems(draw: Draw, domain: Domain, items: number): Item[] {
  return Array.from({ length: items }, () => ({
    alice: domain.alice(draw),
    shared: domain.shift + domain.shared * draw.normal(),
    leanings: draw.normals(LEANINGS),
  }));
}

/** A Bob: Alice's score, stretched, plus the shared bias, his leanings and noise; clipped and rounded. */
function bobScores(draw: Draw, items: readonly Item[], domain: Domain, weights: readonly number[]): number[] {
  const gain = 1 + 0.15 * draw.normal();
  const offset = 0.04 * draw.normal();
  return items.map(({ alice, shared, leanings }) => {
    const lean = weights.reduce((sum, weight, i) => sum + weight * leanings[i]!, 0);
    return rounded(0.5 + gain * (alice - 0.5) + offset + shared + lean + domain.noise * draw.normal());
  });
}

const name = (kind: string, i: number) => `${kind} ${String(i + 1).padStart(3, '0')}`;
const READ: ScoreOptions = { scale: [0, 100] };

function personas(
  domain: Domain,
  what: string,
  options: PersonaOptions,
  centre: (draw: Draw) => (bob: number) => { readonly label: string; readonly weights: readonly number[] },
): SyntheticScores {
  givenThing(domain, 'leaning', 'domain must be ETHICS_LIKE or MOVIELENS_LIKE');
  givenObject(options);
  const { items = 1000, bobs = 100, seed = 1 } = options;
  const draw = new Draw(seed);
  const made = drawItems(draw, domain, items);
  const place = centre(draw);
  const columns: Record<string, readonly (number | string)[]> = {
    // Means of many people's ratings are not whole numbers.
    alice: made.map(({ alice }) => (domain === MOVIELENS_LIKE ? Math.round(1e4 * alice) / 100 : rounded(alice))),
  };
  for (let bob = 0; bob < bobs; bob++) {
    const { label, weights } = place(bob);
    columns[name(label, bob)] = bobScores(draw, made, domain, weights);
  }
  return { title: `Synthetic ${domain.name} scores: ${bobs} ${what}, ${items} items`, columns, options: READ };
}

/**
 * After section 6.1.1 and Appendix A: Bobs who are paraphrases of one prompt, with leanings around Alice's view.
 * @example Object.keys(paraphrases(ETHICS_LIKE, { bobs: 2, items: 10 }).columns) // ['alice', 'paraphrase 001', 'paraphrase 002']
 */
export function paraphrases(domain: Domain, options: PersonaOptions = {}): SyntheticScores {
  return personas(domain, 'paraphrases of one prompt', options, (draw) => () => ({
    label: 'paraphrase',
    weights: draw.normals(LEANINGS).map((value) => (domain.leaning * value) / Math.sqrt(2)),
  }));
}

/** The six families of section 6.1.3 by domain. */
export const FAMILIES: Readonly<Record<Domain['name'], readonly string[]>> = {
  'ETHICS-like': [
    'utilitarian',
    'legal analyst',
    'social justice advocate',
    'deontologist',
    'virtue ethicist',
    'everyday intuitionist',
  ],
  'MovieLens-like': ['action fan', 'comedy fan', 'drama fan', 'sci-fi fan', 'thriller fan', 'romance fan'],
};

/**
 * After section 6.1.3: Bobs are paraphrases of six basis personas, each of which leans far its own way.
 * @example Object.keys(personaFamilies(MOVIELENS_LIKE, { bobs: 6, items: 10 }).columns).length // 7
 */
export function personaFamilies(domain: Domain, options: PersonaOptions = {}): SyntheticScores {
  return personas(domain, 'personas of six families', options, (draw) => {
    const families = FAMILIES[domain.name].map((label) => ({
      label,
      weights: draw.normals(LEANINGS).map((value) => 0.06 * value),
    }));
    return (bob) => {
      const { label, weights } = families[bob % families.length]!;
      return { label, weights: weights.map((weight) => weight + 0.4 * domain.leaning * draw.normal()) };
    };
  });
}

export interface PollOptions {
  readonly questions?: number;
  readonly models?: number;
  readonly humans?: number;
  readonly seed?: number;
}

/**
 * After section 6.2.1: a panel of questions with 2 to 5 answers, humans who choose one each (one-hot columns), and models
 * with distributions over answers. Read with one target a human and folds over questions.
 * @example opinionPoll('climate', { questions: 5, models: 4, humans: 3 }).options.targets // ['human*']
 */
export function opinionPoll(topic: string, options: PollOptions = {}): SyntheticScores {
  givenObject(options);
  const { questions = 60, models = 9, humans = 50, seed = 1 } = options;
  const draw = new Draw(seed);
  const camps = 3;
  const softmax = (values: readonly number[]) => {
    const raised = values.map(Math.exp);
    const sum = raised.reduce((total, value) => total + value, 0);
    return raised.map((value) => value / sum);
  };
  // Every respondent and model mixes what three camps of opinion would answer.
  const mixture = () => softmax(draw.normals(camps).map((value) => 2 * value));
  const people = Array.from({ length: humans }, mixture);
  const makers = Array.from({ length: models }, () => ({ mix: mixture(), noise: draw.uniform(0.3, 1) }));
  const columns: Record<string, (number | string)[]> = { question: [], option: [] };
  const push = (column: string, value: number | string) => {
    columns[column] ??= [];
    columns[column].push(value);
  };
  for (let q = 0; q < questions; q++) {
    const answers = draw.whole(2, 5);
    const opinions = Array.from({ length: camps }, () => softmax(draw.normals(answers).map((value) => 1.5 * value)));
    const blend = (mix: readonly number[]) =>
      opinions[0]!.map((_, a) => mix.reduce((sum, weight, c) => sum + weight * opinions[c]![a]!, 0));
    const chosen = people.map((mix) => {
      let rest = draw.uniform();
      const answer = blend(mix).findIndex((share) => {
        rest -= share;
        return rest < 0;
      });
      return answer < 0 ? answers - 1 : answer;
    });
    const distributions = makers.map(({ mix, noise }) =>
      softmax(blend(mix).map((share) => Math.log(share) + noise * draw.normal())),
    );
    for (let a = 0; a < answers; a++) {
      push('question', `q${q + 1}`);
      push('option', `${a + 1}`);
      chosen.forEach((answer, h) => {
        push(name('human', h), answer === a ? 1 : 0);
      });
      distributions.forEach((shares, m) => {
        push(name('model', m), Math.round(1e6 * shares[a]!) / 1e6);
      });
    }
  }
  return {
    title: `Synthetic poll, ${topic}: ${models} models, ${humans} humans, ${questions} questions`,
    columns,
    options: { targets: ['human*'], questionColumn: 'question' },
  };
}

/**
 * Reads synthetic columns as a score file would be.
 * @example syntheticScores(paraphrases(ETHICS_LIKE, { bobs: 3, items: 10 })).items // 10
 */
export function syntheticScores(synthetic: SyntheticScores): Scores {
  givenThing(synthetic, 'columns', 'synthetic scores must be what paraphrases, personaFamilies or opinionPoll return');
  const { columns, options, title } = synthetic;
  return scoresFrom(columns, options, title);
}
