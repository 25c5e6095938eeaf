import { createRedactor } from '../../src/lib/redact.ts';

/** A secret that the outside keeps saying, and that must be written nowhere. */
export const CANARY = 'tok-5f3Kq9wZx1';

export const { redact } = createRedactor([CANARY]);
