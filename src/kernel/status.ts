/** The names of the codes in assembly/status.ts. */
export const Status = { ok: 0, full: 1, stalled: 2, singular: 3, found: 4, paused: 5, missing: 6 } as const;
