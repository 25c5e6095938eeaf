import type { LoadOptions } from './load.ts';
import type { ResolvedConfig } from './resolved.ts';

export type { Finding } from './detect.ts';
export { detect } from './detect.ts';
export type { LoadOptions } from './load.ts';
export type * from './resolved.ts';
export type { StarterAnswers } from './starter.ts';
export { starterConfig } from './starter.ts';

/** The config of a service, found, checked and complete; see `load.ts`. Its libraries load only now. */
export async function loadConfig(options: LoadOptions): Promise<ResolvedConfig> {
  const { load } = await import('./load.ts');
  return load(options);
}
