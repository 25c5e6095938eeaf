import type { JsonObject } from './json.ts';

/**
 * What a config may say to an extension. Either way its descriptions and defaults are what editors
 * and the reference show, and what does not fit is told with its place in the file.
 */
export type SettingsSchema = StandardSchema | JsonSchema;

/** The interface that zod, valibot, arktype and others share. With zod an unknown key gets a "did you mean". */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): StandardResult | Promise<StandardResult>;
  };
}

export type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Plain data that needs no library; a key that is not among the properties is a mistake. */
export interface JsonSchema {
  readonly type: 'object';
  readonly description?: string;
  readonly properties: Readonly<Record<string, JsonObject>>;
  readonly required?: readonly string[];
}

/** What every kind of extension says about its settings. */
export interface Configurable {
  /**
   * Asked when a config is checked, and not by commands that go by the journal: a schema may load
   * a library. An extension without it takes no settings.
   */
  settings?(): SettingsSchema | Promise<SettingsSchema>;
}
