/** The public API. */
export * from './errors.ts';
