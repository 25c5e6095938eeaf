/** As a shell takes it for one word, and nothing in it for more. */
export const shellWord = (text: string): string =>
  /^[\w./:@=,+%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
