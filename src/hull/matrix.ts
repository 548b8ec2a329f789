/** Score matrices in memory: rows in chunks, so that a file can be read without knowing its length, and nothing is copied to grow. */

/** Items × columns: Bobs first, then targets. Chunks lie on SharedArrayBuffers and hold `chunkRows` rows each, row-major. */
export interface ScoreMatrix {
  readonly bobs: readonly string[];
  /** Alice, or one column a human. */
  readonly targets: readonly string[];
  readonly items: number;
  readonly chunkRows: number;
  readonly chunks: readonly Float64Array[];
}

/** A Float64Array that workers can see without a copy. */
export const sharedNumbers = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length));

/** Collects rows into chunks. */
export class MatrixBuilder {
  readonly columns: number;
  readonly chunkRows: number;
  readonly chunks: Float64Array[] = [];
  items = 0;

  constructor(columns: number) {
    this.columns = columns;
    this.chunkRows = Math.max(1, Math.min(1024, Math.ceil(2 ** 18 / columns)));
  }

  /** The place for the next row: `columns` numbers of `chunk` from `offset` on. */
  next(): { chunk: Float64Array; offset: number } {
    const row = this.items % this.chunkRows;
    if (row === 0) this.chunks.push(sharedNumbers(this.chunkRows * this.columns));
    this.items++;
    return { chunk: this.chunks.at(-1)!, offset: row * this.columns };
  }
}

/** A matrix from arrays: `bobs[j][i]` is Bob j's score of item i, `targets[t][i]` target t's. */
export function matrixFrom(
  bobs: readonly (readonly [string, ArrayLike<number>])[],
  targets: readonly (readonly [string, ArrayLike<number>])[],
): ScoreMatrix {
  const columns = [...bobs, ...targets].map(([, scores]) => scores);
  const builder = new MatrixBuilder(columns.length);
  for (let item = 0; item < (columns[0]?.length ?? 0); item++) {
    const { chunk, offset } = builder.next();
    columns.forEach((scores, column) => {
      chunk[offset + column] = scores[item]!;
    });
  }
  return {
    bobs: bobs.map(([name]) => name),
    targets: targets.map(([name]) => name),
    items: builder.items,
    chunkRows: builder.chunkRows,
    chunks: builder.chunks,
  };
}

/** The score of an item in a column (Bobs first, then targets). */
export function scoreAt(matrix: ScoreMatrix, item: number, column: number): number {
  const columns = matrix.bobs.length + matrix.targets.length;
  return matrix.chunks[Math.floor(item / matrix.chunkRows)]![(item % matrix.chunkRows) * columns + column]!;
}
