const DURATION_UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/gy;

/** `90s`, `1h30m`, `250ms` → ms; null for anything else. A bare number is refused: 30 what? */
export function parseDuration(text: string): number | null {
  const compact = text.trim().toLowerCase().replaceAll(' ', '');
  if (compact === '0') return 0;
  let total = 0;
  let end = 0;
  DURATION_PART.lastIndex = 0;
  for (let part = DURATION_PART.exec(compact); part; part = DURATION_PART.exec(compact)) {
    total += Number(part[1]) * (DURATION_UNITS.find(([unit]) => unit === part?.[2])?.[1] ?? 0);
    end = DURATION_PART.lastIndex;
  }
  return end > 0 && end === compact.length ? total : null;
}

/** The two largest units that say something: `1h 30m`, `2.5s`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return ms < 1 ? '0s' : `${Math.round(ms)}ms`;
  if (ms < 10_000) return `${Number((ms / 1000).toFixed(1))}s`;
  let rest = Math.round(ms / 1000) * 1000;
  let text = '';
  for (let at = 0, said = 0; at < 4 && said < 2; at++) {
    const [unit, size] = DURATION_UNITS[at] as readonly [string, number];
    const count = Math.floor(rest / size);
    if (!(count > 0)) continue;
    text += `${text && ' '}${count}${unit}`;
    said += 1;
    rest -= count * size;
  }
  return text;
}
