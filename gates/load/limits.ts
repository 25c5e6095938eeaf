/** Requests per second that one load may send: what the schema allows is what the source can do. */
export const HIGHEST_RATE = 500;

/** Methods that change nothing. */
export const HARMLESS = ['GET', 'HEAD'] as const;
