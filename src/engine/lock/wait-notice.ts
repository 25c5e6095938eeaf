import { type EventSource, emit } from '../world/world.ts';

/** Ms of silence that nobody wonders at. */
const UNNOTICED_SILENCE_MS = 1000;

/** Why nothing happens for a while: what was given up may still come true, and has to be seen. */
export function tellSilence(source: EventSource, ms: number): void {
  if (ms < UNNOTICED_SILENCE_MS) return;
  const message = `waiting ${Math.ceil(ms / 1000)}s: a call without an answer may still take effect`;
  emit(source, 'notice', { level: 'info', message });
}
