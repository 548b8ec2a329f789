/** Reads the numbers of one game file, and places what it refuses: file, JSON path, rule and value. */
import Fraction from 'fraction.js';
import { visit } from 'jsonc-parser';
import { InputError } from '../errors.ts';
import { readDecimal } from '../input/decimal.ts';
import { show } from '../input/show.ts';
import { sum } from './game.ts';

export type Path = readonly PropertyKey[];

const pathText = (path: Path): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`), '$');

/** Doubles keep this many significant digits apart. */
const SAFE_DIGITS = 15;

const significantDigits = (text: string): number =>
  text.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '').length;

/** Places errors and reads numbers of one file. */
export class Reader {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  refuse(path: Path, rule: string, value: unknown): never {
    const shown =
      typeof value === 'string'
        ? show(value)
        : typeof value === 'number'
          ? String(value)
          : (JSON.stringify(value) ?? String(value));
    throw new InputError(
      `${this.file} at ${pathText(path)}: must ${rule}, got ${shown.length > 80 ? `${shown.slice(0, 80)}…` : shown}`,
    );
  }

  refuseDigits(path: Path, value: unknown): never {
    return this.refuse(
      path,
      `have at most ${SAFE_DIGITS} significant digits as a number (write it as a string or as "p/q")`,
      value,
    );
  }

  /** What `JSON.parse` passes over in silence: keys given twice, and digits that a double cannot hold. */
  checkText(text: string): void {
    const keys: Set<string>[] = [];
    visit(text, {
      onObjectBegin: () => {
        keys.push(new Set());
      },
      onObjectEnd: () => {
        keys.pop();
      },
      onObjectProperty: (key, _offset, _length, _line, _character, path) => {
        const known = keys.at(-1)!;
        if (known.has(key)) this.refuse(path(), 'name a key once', key);
        known.add(key);
      },
      onLiteralValue: (value, offset, length, _line, _character, path) => {
        const given = text.slice(offset, offset + length);
        // Lambda is a double anyway.
        if (typeof value === 'number' && significantDigits(given) > SAFE_DIGITS && path()[0] !== 'lambda')
          this.refuseDigits(path(), given);
      },
    });
  }

  /** A number or "p/q", exactly. */
  fraction(value: number | string, path: Path): Fraction {
    const text = String(value);
    if (typeof value === 'number' && significantDigits(text) > SAFE_DIGITS) this.refuseDigits(path, value);
    const parts = text.split('/');
    if (parts.length > 2) this.refuse(path, 'be a number or "p/q"', value);
    let result: Fraction | undefined;
    try {
      const [p, q] = parts.map((part) => {
        const { digits, scale } = readDecimal(part, '');
        return new Fraction(digits, 10n ** BigInt(scale));
      });
      if (q?.equals(0)) this.refuse(path, 'have a denominator other than 0', value);
      result = q === undefined ? p : p!.div(q);
    } catch (error) {
      if (error instanceof InputError && error.message.includes(pathText(path))) throw error;
    }
    return result ?? this.refuse(path, 'be a finite number or "p/q"', value);
  }

  rows(
    value: readonly (readonly (number | string)[])[],
    rows: number,
    columns: number,
    path: Path,
    what: string,
  ): Fraction[][] {
    if (value.length !== rows) this.refuse(path, `have ${rows} rows (${what})`, `${value.length} rows`);
    return value.map((row, i) => {
      if (row.length !== columns)
        this.refuse([...path, i], `have ${columns} entries (${what})`, `${row.length} entries`);
      return row.map((cell, j) => this.fraction(cell, [...path, i, j]));
    });
  }

  distribution(value: readonly (number | string)[], size: number, path: Path): Fraction[] {
    if (value.length !== size) this.refuse(path, `have one probability for each of ${size} messages`, value);
    const result = value.map((cell, i) => {
      const probability = this.fraction(cell, [...path, i]);
      return probability.lt(0) ? this.refuse([...path, i], 'be a probability of at least 0', cell) : probability;
    });
    const total = sum(result);
    if (!total.equals(1)) this.refuse(path, 'sum to 1', total.toFraction());
    return result;
  }
}
