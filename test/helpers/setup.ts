import { setImmediate } from 'node:timers/promises';
import { afterAll } from 'vitest';

/** A rejection nobody handled, or a warning of the process, fails the file it happened in. */
const complaints: unknown[] = [];
const note = (complaint: unknown) => complaints.push(complaint);

process.on('warning', note);
process.on('unhandledRejection', note);

afterAll(async () => {
  await setImmediate();
  process.off('warning', note);
  process.off('unhandledRejection', note);
  if (complaints.length > 0) {
    throw new AggregateError(complaints, `left behind by this file: ${complaints.join('; ')}`);
  }
});
