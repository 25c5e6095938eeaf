import type { JsonObject } from '../../src/contract/index.ts';

/**
 * The one place where plain JSON is taken for what it was before it was kept: settings that our schema
 * has read, a connection or a spec that this provider has made and a record has kept.
 */
export const readPlain = <T extends object>(kept: JsonObject): T => kept as JsonObject & T;

export const asPlain = (value: object): JsonObject => ({ ...value }) as JsonObject;
