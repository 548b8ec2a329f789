/** Numbers as a reader wants them. */
import type { Timing } from './harness.ts';

const three = (value: number): string => {
  const rounded = Number(value.toPrecision(3));
  return rounded >= 100 ? rounded.toFixed(0) : rounded.toPrecision(3);
};

/** Seconds in the unit that suits: 888 µs, 9.35 ms, 2.59 s, 3.1 days. */
export function shownSeconds(seconds: number): string {
  if (seconds < 1e-3) return `${three(seconds * 1e6)} µs`;
  if (seconds < 1) return `${three(seconds * 1e3)} ms`;
  if (seconds < 3600) return `${three(seconds)} s`;
  const years = seconds / (365.25 * 86_400);
  if (years < 1) return years < 3 / 365 ? `${three(seconds / 3600)} hours` : `${three(seconds / 86_400)} days`;
  return years < 1000 ? `${three(years)} years` : `${power(years)} years`;
}

/** A large number as a power: 1.3·10^36. */
export function power(value: number): string {
  const exponent = Math.floor(Math.log10(value));
  return `${(value / 10 ** exponent).toPrecision(2)}·10^${exponent}`;
}

/** Work a second: 28.7 G, 88.5 M, 12.3 k. */
export function shownRate(rate: number): string {
  for (const [size, name] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const)
    if (rate >= size) return `${three(rate / size)} ${name}`;
  return three(rate);
}

export function shownBytes(bytes: number): string {
  for (const [size, name] of [
    [2 ** 40, 'TiB'],
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
  ] as const)
    if (bytes >= size) return bytes / size >= 1e6 ? `${power(bytes / size)} ${name}` : `${three(bytes / size)} ${name}`;
  return `${three(bytes / 1024)} KiB`;
}

/** How many times as long: ×1.05, ×25.3, ×1140. */
export const shownRatio = (ratio: number): string => `×${three(ratio)}`;

/** A median with half the range of the middle half of its runs, in per cent: 9.35 ms ±6 %. One run has no range. */
export function shownTiming({ median, quartiles, runs }: Timing, first?: Timing): string {
  const spread = runs > 1 ? ` ±${((50 * (quartiles[1] - quartiles[0])) / median).toFixed(0)} %` : '';
  return `${shownSeconds(median)}${spread}${first ? ` (${shownRatio(median / first.median)})` : ''}`;
}

/** A ratio of times as words: ours beside a peer that takes `ratio` times as long. */
export function against(peer: string, ratio: number): string {
  if (ratio > 0.9 && ratio < 1.1) return `level with ${peer} (×${ratio.toFixed(2)})`;
  const times = ratio < 1 ? 1 / ratio : ratio;
  return `${times < 10 ? times.toPrecision(2) : times.toFixed(0)} times as ${ratio < 1 ? 'slow' : 'fast'} as ${peer}`;
}
