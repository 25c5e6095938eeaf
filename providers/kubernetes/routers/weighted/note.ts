import type { KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import { MARK } from '../../marks.ts';
import type { RequestMatch } from '../router.ts';

/** What one workload has changed of a router's object: others may have their weights in the same one. */
export interface Note {
  /** Key of the operation that changed its weights last. */
  readonly operation?: string;
  /** When that was, by the server's clock, ms. */
  readonly routedAt?: number;
  /** When it got to know a Service that had no weight yet, by the server's clock, ms. */
  readonly introducedAt?: number;
  /** Requests that have rules of their own. */
  readonly match?: RequestMatch;
  /** Weights as the user wrote them, by rule in their order and Service; null where none was written. */
  readonly former?: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
}

type Notes = Readonly<Record<string, Note>>;

/** Text that is none of ours says nothing. */
function notesIn({ metadata }: KubeObject): Notes {
  try {
    const found: unknown = JSON.parse(metadata.annotations?.[MARK.routes] ?? '{}');
    return typeof found === 'object' && found !== null ? (found as Notes) : {};
  } catch {
    return {};
  }
}

export const noteOf = (object: KubeObject, workload: string): Note =>
  notesIn(object)[workload] ?? {};

/** The whole annotation, with this workload's part anew. */
export function withNote(object: KubeObject, workload: string, note: Note): string | null {
  const { [workload]: _, ...others } = notesIn(object);
  const isEmpty = Object.values(note).every((value) => value === undefined);
  const all = isEmpty ? others : { ...others, [workload]: note };
  return Object.keys(all).length > 0 ? JSON.stringify(all) : null;
}
