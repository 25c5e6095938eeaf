/** Where a secret is read when it is needed. Configs, plans and records hold nothing else of it. */
export type SecretReference =
  | { readonly fromEnv: string }
  | { readonly fromFile: string }
  /** An argument vector, run without a shell: what it prints is the secret. */
  | { readonly fromCommand: readonly string[] }
  | AwsSecretReference;

/** In a store of AWS. A release is described with the versions that were current then. */
export type AwsSecretReference =
  | {
      readonly fromAwsSecret: {
        readonly id: string;
        /** A member of a secret that is JSON. */
        readonly key?: string;
        readonly version?: string;
        readonly region?: string;
      };
    }
  | {
      readonly fromAwsParameter: {
        readonly name: string;
        readonly version?: number;
        readonly region?: string;
      };
    };

export const isAwsSecret = (reference: object): reference is AwsSecretReference =>
  'fromAwsSecret' in reference || 'fromAwsParameter' in reference;

const MASK = '[secret]';

/** A value that gets into no text, JSON or log by accident: only `reveal` gives it out. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    // For `console.log` and the like.
    Object.defineProperty(this, Symbol.for('nodejs.util.inspect.custom'), { value: () => MASK });
  }

  /** For the one place that hands it on to whom it is meant for. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  /** For templates and `+`. */
  [Symbol.toPrimitive](): string {
    return MASK;
  }
}

/**
 * Reads what a reference stands for; paths and commands are meant from the folder. From then on the
 * value is masked in all that is written. A command is run once, however often it is asked for.
 */
export type ReadSecret = (reference: SecretReference, folder: string) => Promise<Secret>;
