import type { GateSourceKind, Measurement, SubjectLabels } from '../../../src/contract/index.ts';

/** The window that is asked about: whole minutes, so that sources that align to them can answer. */
export const FROM = Date.UTC(2026, 0, 2, 3, 4);
export const TO = FROM + 60_000;

/** As it came to the server. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the server has of one query. */
export type Cell =
  | { readonly is: 'nothing' }
  /** Two series where one was asked for. */
  | { readonly is: 'several' }
  | {
      readonly is: 'value';
      readonly value: number | string | null;
      /** Ms: the beginning of its slot. */
      readonly at: number;
      /** A second value for the same moment. */
      readonly again?: number;
    };

export type Part = 'total' | 'bad';
export type Cells = (part: Part, version: string) => Cell;

/** What a source contributes: how its server is asked, and how that server answers. */
export interface Wire {
  readonly kind: () => Promise<GateSourceKind<never>>;
  /** As a config has them; the queries are `queryOf('total')` and `queryOf('bad')`. */
  settings(address: string): object;
  readonly labels?: SubjectLabels;
  /** For secrets and programs' own variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is wrong with a request by the API's own documents; null for nothing. */
  fault(asked: Asked): string | null;
  good(asked: Asked, cells: Cells): Reply;
  /** How the API writes an error with this status. */
  error(status: number, message: string): Reply;
  /** Answers of success that are none, by what they are. */
  readonly doubtful?: Readonly<
    Record<string, { readonly reply: (asked: Asked) => Reply; readonly kind: Measurement['kind'] }>
  >;
  /** Scenes that cannot be written in its answers. */
  readonly cannot?: readonly string[];
  /** Readings that its API calls something else, by the scene or the misbehaviour. */
  readonly otherwise?: Readonly<Record<string, Measurement['kind']>>;
  /** How many requests one measurement of both releases takes. */
  readonly requests: number;
  /** It believes that nothing has failed only of a query that has found a failure. */
  readonly doubtsNone?: boolean;
  /** It reads error texts and values of its own API only in another type than JSON. */
  readonly isText?: boolean;
}

/** The window, or the seven days before it in whole hours. */
export const isAskedTime = (from: number, to: number) =>
  (from === FROM && to === TO) ||
  (to - from === 7 * 86_400_000 && to >= TO && to % 3_600_000 === 0);

/** Stands in every query, so that a server knows what it is asked for. */
export const queryOf = (part: Part) => `${part}_of_{{version}}`;

/** What is asked for, in the order in which it stands there. */
export function partsIn(text: string): { part: Part; version: string }[] {
  return [...text.matchAll(/(total|bad)_of_(v\d+)/g)].map(([, part, version]) => ({
    part: part as Part,
    version: version as string,
  }));
}

export const json = (body: unknown, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
