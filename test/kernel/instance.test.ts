import { expect, test } from 'vitest';
import { compileKernel, copyOf, f64, Kernel } from '../../src/kernel/instance.ts';

test('a reservation starts with a copy of the content, 16-byte aligned, and its sections do not overlap', () => {
  const kernel = new Kernel(compileKernel());
  const given = Float64Array.of(1, 2, 3);
  kernel.use({ given: copyOf(given), out: f64(3) }, (at, view) => {
    expect([...view.given]).toEqual([1, 2, 3]);
    expect(at.given % 16).toBe(0);
    expect(at.out).toBeGreaterThanOrEqual(at.given + 24);
    view.given[0] = 9;
  });
  expect(given[0]).toBe(1);
});

test('released memory is used again', () => {
  const kernel = new Kernel(compileKernel());
  for (let i = 0; i < 100; i++) kernel.use({ big: f64(1 << 20) }, () => {});
  expect(kernel.memoryBytes).toBeLessThan(3 * 8 * (1 << 20));
});

test('memory that cannot be had is a RangeError', () => {
  const kernel = new Kernel(compileKernel());
  expect(() => kernel.reserve({ huge: f64(2 ** 30) })).toThrow(RangeError);
});
