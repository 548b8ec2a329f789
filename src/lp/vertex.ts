/**
 * A vertex of {x : a_i·x >= b_i} in exact integers: n tight rows and the inverse of their matrix, kept with a common
 * denominator so that every pivot stays in the integers (Edmonds' integer pivoting; Bareiss's exact division).
 */

/** The constraint coefficients · x >= bound. */
export interface ExactRow {
  readonly coefficients: readonly bigint[];
  readonly bound: bigint;
}

/** Coordinates numerators[j] / denominator, denominator above 0. */
export interface ExactPoint {
  readonly numerators: readonly bigint[];
  readonly denominator: bigint;
}

export function dot(a: readonly bigint[], b: readonly bigint[]): bigint {
  let sum = 0n;
  for (let i = 0; i < a.length; i++) if (a[i] !== 0n && b[i] !== 0n) sum += a[i]! * b[i]!;
  return sum;
}

export class Vertex implements ExactPoint {
  /** The tight rows: row i of the program holds with equality; its slack grows along `edges[position]`. */
  readonly basis: number[];
  private readonly bounds: bigint[];
  /** `edges[i] / denominator` is column i of the inverse: one unit more slack in basis row i, the others kept tight. */
  readonly edges: bigint[][];
  denominator: bigint;
  numerators: bigint[];

  private constructor(basis: number[], bounds: bigint[], edges: bigint[][], denominator: bigint) {
    this.basis = basis;
    this.bounds = bounds;
    this.edges = edges;
    this.denominator = denominator;
    this.numerators = this.solve();
  }

  /** The vertex where the rows `basis` of `rows` are tight, or null where they are linearly dependent. */
  static at(rows: readonly ExactRow[], basis: readonly number[]): Vertex | null {
    const n = basis.length;
    // From the identity, whose inverse is itself, bring the rows in one by one at a free position.
    const unit = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1n : 0n)));
    const vertex = new Vertex(Array(n).fill(-1), Array(n).fill(0n), unit, 1n);
    for (const row of basis) {
      const speeds = vertex.speeds(rows[row]!);
      const position = speeds.findIndex((speed, i) => speed !== 0n && vertex.basis[i] === -1);
      if (position < 0) return null;
      vertex.replace(position, row, rows[row]!, speeds);
    }
    vertex.numerators = vertex.solve();
    return vertex;
  }

  /** How fast `row` gains slack along each edge, times the denominator. */
  speeds({ coefficients }: ExactRow): bigint[] {
    return this.edges.map((edge) => dot(coefficients, edge));
  }

  /** The slack of `row` here, times the denominator. */
  slack({ coefficients, bound }: ExactRow): bigint {
    return dot(coefficients, this.numerators) - bound * this.denominator;
  }

  /** Moves along an edge to the neighbour where `row` is tight in place of the basis row at `position`. */
  pivot(position: number, row: number, constraint: ExactRow): void {
    this.replace(position, row, constraint, this.speeds(constraint));
    this.numerators = this.solve();
  }

  /** Reads the equality at `position` the other way round: `row` is its negation. */
  flip(position: number, row: number): void {
    this.basis[position] = row;
    this.bounds[position] = -this.bounds[position]!;
    this.edges[position] = this.edges[position]!.map((value) => -value);
  }

  private replace(position: number, row: number, { bound }: ExactRow, speeds: readonly bigint[]): void {
    const { edges, denominator } = this;
    const pivot = speeds[position]!;
    const leaving = edges[position]!;
    const sign = pivot < 0n ? -1n : 1n;
    for (let i = 0; i < edges.length; i++) {
      if (i === position) continue;
      const edge = edges[i]!;
      const speed = speeds[i]!;
      for (let j = 0; j < edge.length; j++) {
        const value = speed === 0n ? edge[j]! * pivot : edge[j]! * pivot - leaving[j]! * speed;
        edge[j] = (sign * value) / denominator;
      }
    }
    if (sign < 0n) edges[position] = leaving.map((value) => -value);
    this.denominator = sign * pivot;
    this.basis[position] = row;
    this.bounds[position] = bound;
  }

  private solve(): bigint[] {
    const x = this.bounds.map(() => 0n);
    this.edges.forEach((edge, i) => {
      const bound = this.bounds[i]!;
      if (bound !== 0n) for (let j = 0; j < x.length; j++) x[j] = x[j]! + edge[j]! * bound;
    });
    return x;
  }
}
