import { EXIT, type ExitCode } from './exit-codes.ts';

export type ErrorCode =
  | 'usage'
  | 'config-invalid'
  | 'config-missing'
  | 'plan-refused'
  | 'unknown-name'
  | 'not-found'
  | 'held'
  | 'superseded'
  | 'diverged'
  | 'policy'
  | 'identity-mismatch'
  | 'store-failed'
  /** The journal's place knows these credentials no more: whoever has good ones goes on. */
  | 'store-denied'
  | 'journal-damaged'
  /** Whole, but written by a newer deployctl than this one. */
  | 'journal-newer'
  | 'provider-failed'
  | 'needs-person'
  | 'interrupted'
  | 'terminated'
  | 'could-not-run';

const EXIT_OF: Readonly<Record<ErrorCode, ExitCode>> = {
  usage: EXIT.usage,
  'config-invalid': EXIT.usage,
  'config-missing': EXIT.usage,
  'plan-refused': EXIT.usage,
  'unknown-name': EXIT.usage,
  'not-found': EXIT.usage,
  held: EXIT.held,
  superseded: EXIT.held,
  diverged: EXIT.refused,
  policy: EXIT.refused,
  'identity-mismatch': EXIT.refused,
  'store-failed': EXIT.couldNotRun,
  'store-denied': EXIT.waiting,
  'journal-damaged': EXIT.needsPerson,
  'journal-newer': EXIT.couldNotRun,
  'provider-failed': EXIT.couldNotRun,
  'needs-person': EXIT.needsPerson,
  interrupted: EXIT.interrupted,
  terminated: EXIT.terminated,
  'could-not-run': EXIT.couldNotRun,
};

export interface ErrorText {
  /** What happened, in one sentence. */
  readonly message: string;
  /** Why, as far as known. */
  readonly why?: string | undefined;
  /** What state things are in now. */
  readonly state?: string | undefined;
  /** Commands that make sense next. */
  readonly next?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** Marks our errors whichever copy of this module made them: a plug-in may carry its own. */
const BRAND = Symbol.for('deployctl.error');

const isBranded = (error: unknown, name: string) =>
  typeof error === 'object' && error !== null && Reflect.get(error, BRAND) === name;

export const isDeployError = (error: unknown): error is DeployError =>
  isBranded(error, 'DeployError');
export const isProviderError = (error: unknown): error is ProviderError =>
  isBranded(error, 'ProviderError');

/** An error meant for a person. Anything else that is thrown is a fault of ours and says so. */
export class DeployError extends Error {
  static {
    Reflect.set(DeployError.prototype, BRAND, 'DeployError');
  }

  override readonly name = 'DeployError';
  readonly code: ErrorCode;
  readonly why: string | undefined;
  readonly state: string | undefined;
  readonly next: readonly string[];

  constructor(code: ErrorCode, text: ErrorText) {
    super(text.message, text.cause === undefined ? undefined : { cause: text.cause });
    this.code = code;
    this.why = text.why;
    this.state = text.state;
    this.next = text.next ?? [];
  }

  get exit(): ExitCode {
    return EXIT_OF[this.code];
  }
}

/**
 * How a call to a platform or store failed, which is all the engine needs to know to go on:
 * `throttled` and `transient` are tried again; `conflict` is re-read and decided anew; `permanent`
 * fails the step; `unknown` may have taken effect, so it is read back and never repeated blindly;
 * `fenced` means somebody with a newer epoch acts now; `denied` means that the credentials are
 * missing, expired or not allowed to, so that nobody can go on from here, forward or back.
 */
export const FAILURE_CLASSES = [
  'throttled',
  'transient',
  'conflict',
  'permanent',
  'unknown',
  'fenced',
  'denied',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

export class ProviderError extends Error {
  static {
    Reflect.set(ProviderError.prototype, BRAND, 'ProviderError');
  }

  override readonly name = 'ProviderError';
  readonly failure: FailureClass;
  /** Ms the platform asked to wait. */
  readonly retryAfter: number | undefined;

  constructor(
    failure: FailureClass,
    message: string,
    options: { retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failure = failure;
    this.retryAfter = options.retryAfter;
  }
}

/** What is no ProviderError may have taken effect: nobody knows. */
export function failureClass(error: unknown): FailureClass {
  const failure = isProviderError(error) ? error.failure : 'unknown';
  return FAILURE_CLASSES.includes(failure) ? failure : 'unknown';
}

/** What a refusal says of the state of things. */
export const UNTOUCHED = 'Nothing was touched.';
