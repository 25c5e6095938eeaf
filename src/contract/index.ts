/** What the author of a strategy, provider, gate source, store or reporter needs. */
export * from './errors.ts';
export type * from './events.ts';
export * from './gate.ts';
export type * from './host.ts';
export type * from './json.ts';
export * from './observation.ts';
export type * from './plan.ts';
export type * from './plugin.ts';
export type * from './provider.ts';
export type * from './record.ts';
export type * from './release.ts';
export type * from './schema.ts';
export * from './secret.ts';
export type * from './settings.ts';
export type * from './starter.ts';
export * from './step.ts';
export type * from './store.ts';
export type * from './strategy.ts';
