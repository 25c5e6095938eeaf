/** A value that says how it must look, so that a torn one is known without its writer. */
export function recordOf(key: string, size: number): string {
  const head = `${key} ${size} `;
  return head + head.repeat(Math.ceil(size / head.length)).slice(0, size);
}

export function isWhole(key: string, value: string): boolean {
  return value === recordOf(key, Number(value.split(' ')[1]));
}
