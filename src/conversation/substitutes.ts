/**
 * The information-substitutes condition (Definition 14, as its prose has it): over every action and every rectangle of
 * feature sets, learning x_A reduces the mean squared error less where x_B is known already,
 *
 *     MSE(A, x_B) - MSE(x_A, x_B)  <=  MSE(A, B) - MSE(x_A, B).
 *
 * With conditional means m this is E[m(x_A, x_B)²] - E[m(A, x_B)²] <= E[m(x_A, B)²] - m(A, B)², over the rectangle.
 */
import Fraction from 'fraction.js';
import { TooLargeError } from '../errors.ts';
import { Pause, type Stop } from '../pause.ts';
import { featureMass, type Game, gains, zero } from './game.ts';

/** The rectangle with the largest excess, features and action as numbers. */
export interface SubstitutesWitness {
  readonly action: number;
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** MSE(A, x_B) - MSE(x_A, x_B), which exceeds … */
  readonly left: Fraction;
  /** … MSE(A, B) - MSE(x_A, B). */
  readonly right: Fraction;
}

export interface SubstitutesCheck {
  readonly holds: boolean;
  /** Rectangles with at least two features a side, times actions: the others hold with equality. */
  readonly checked: number;
  readonly violations: number;
  readonly witness: SubstitutesWitness | null;
}

/** Cells visited at most: some seconds. */
const MOST_CELLS = 2e8;
/** Where doubles differ by less the comparison is made in fractions: far above their rounding for utilities near 1. */
const DOUBTFUL = 1e-9;
/** Comparisons in fractions at most, about 0.1 ms each for nine features a side. */
const MOST_EXACT = 50_000;
/** Of these, to tell which of several rectangles is the worst. */
const MOST_RIVALS = 1000;

const members = (mask: number, size: number): number[] =>
  Array.from({ length: size }, (_, i) => i).filter((i) => (mask >> i) & 1);

/** Masks with at least two bits. */
function* masks(size: number) {
  for (let mask = 3; mask < 2 ** size; mask++) if ((mask & (mask - 1)) !== 0) yield mask;
}

export interface SubstitutesOptions extends Stop {
  /** Stop at the first violation. */
  readonly upToFirst?: boolean | undefined;
}

/**
 * Checks every rectangle, or up to the first violation. Of rectangles whose excess agrees to nine digits, far down the
 * list, the witness may be the first rather than the worst.
 * @throws TooLargeError where there are too many, with their number.
 */
export async function checkSubstitutes(game: Game, options: SubstitutesOptions = {}): Promise<SubstitutesCheck> {
  const [nA, nB] = [game.xA.length, game.xB.length];
  const rectangles = (2 ** nA - 1 - nA) * (2 ** nB - 1 - nB) * game.actions.length;
  const advice = 'merge features of x_A or x_B';
  if (rectangles * nA * nB > MOST_CELLS || nA > 30 || nB > 30)
    throw new TooLargeError(
      `the information-substitutes check has ${rectangles} rectangles of up to ${nA * nB} cells: ${advice}`,
    );
  const pause = new Pause(options);
  const masses = game.xA.map((_, a) => game.xB.map((__, b) => featureMass(game, a, b)));
  const totals = gains(game);
  const massNumbers = masses.map((row) => row.map((mass) => mass.valueOf()));
  let violations = 0;
  let witness: SubstitutesWitness | null = null;
  let [doubtful, rivals, worst] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const action of game.actions.keys()) {
    const exact = totals.map((row) => row.map((values) => values[action]!));
    const numbers = exact.map((row) => row.map((total) => total.valueOf()));
    // A large constant in the utility would drown the differences.
    const scale = numbers.flat().reduce((most, total) => Math.max(most, Math.abs(total)), 1);
    const doubt = DOUBTFUL * scale * scale;
    for (const maskA of masks(nA)) {
      const a = members(maskA, nA);
      for (const maskB of masks(nB)) {
        if (pause.due) await pause.breathe();
        const b = members(maskB, nB);
        const excess = approximateExcess(massNumbers, numbers, a, b);
        if (excess < -doubt) continue;
        const clear = excess > doubt;
        if (clear) violations++;
        // Fractions decide where doubles cannot, and which rectangle is the worst.
        const rival = excess >= worst - doubt && (excess > worst + doubt || rivals++ < MOST_RIVALS);
        if (clear && !rival && !options.upToFirst) continue;
        if (!clear && ++doubtful > MOST_EXACT)
          throw new TooLargeError(
            `more than ${MOST_EXACT} of ${rectangles} rectangles meet the information-substitutes condition with equality or nearly, too many to compare exactly: ${advice}`,
          );
        const [left, right] = sides(masses, exact, a, b);
        if (left.lte(right)) continue;
        if (!clear) violations++;
        const found = { action, a, b, left, right };
        if (options.upToFirst) return { holds: false, checked: rectangles, violations, witness: found };
        if (witness && left.sub(right).lte(witness.left.sub(witness.right))) continue;
        witness = found;
        worst = left.sub(right).valueOf();
      }
    }
  }
  return { holds: violations === 0, checked: rectangles, violations, witness };
}

/** The left side less the right, in doubles; -Infinity where fewer than two rows or columns are possible: then they are equal. */
function approximateExcess(masses: readonly number[][], totals: readonly number[][], a: number[], b: number[]): number {
  let both = 0;
  let allMass = 0;
  let allTotal = 0;
  let rows = 0;
  let possible = 0;
  const columnMass = new Float64Array(b.length);
  const columnTotal = new Float64Array(b.length);
  for (const i of a) {
    let rowMass = 0;
    let rowTotal = 0;
    b.forEach((j, at) => {
      const [mass, total] = [masses[i]![j]!, totals[i]![j]!];
      if (mass === 0) return;
      both += (total * total) / mass;
      rowMass += mass;
      rowTotal += total;
      columnMass[at]! += mass;
      columnTotal[at]! += total;
    });
    if (rowMass > 0) {
      rows += (rowTotal * rowTotal) / rowMass;
      possible++;
    }
    allMass += rowMass;
    allTotal += rowTotal;
  }
  if (possible < 2 || columnMass.filter((mass) => mass > 0).length < 2) return Number.NEGATIVE_INFINITY;
  let columns = 0;
  columnMass.forEach((mass, at) => {
    if (mass > 0) columns += columnTotal[at]! ** 2 / mass;
  });
  return (both - columns - rows + (allTotal * allTotal) / allMass) / allMass;
}

/** Both sides of the condition on A × B, exactly. */
function sides(
  masses: readonly (readonly Fraction[])[],
  totals: readonly (readonly Fraction[])[],
  a: readonly number[],
  b: readonly number[],
): [Fraction, Fraction] {
  const square = (cells: readonly (readonly [number, number])[]): Fraction => {
    let [mass, total] = [zero, zero];
    for (const [i, j] of cells) {
      mass = mass.add(masses[i]![j]!);
      total = total.add(totals[i]![j]!);
    }
    return mass.equals(0) ? zero : total.mul(total).div(mass);
  };
  const add = (parts: readonly Fraction[]) => parts.reduce((all, part) => all.add(part), new Fraction(0));
  const mass = add(a.flatMap((i) => b.map((j) => masses[i]![j]!)));
  const both = add(a.flatMap((i) => b.map((j) => square([[i, j]]))));
  const columns = add(b.map((j) => square(a.map((i) => [i, j]))));
  const rows = add(a.map((i) => square(b.map((j) => [i, j]))));
  const whole = square(a.flatMap((i) => b.map((j) => [i, j] as const)));
  return [both.sub(columns).div(mass), rows.sub(whole).div(mass)];
}
