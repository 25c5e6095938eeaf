import type { ProviderKind } from '../contract/index.ts';
import type { Catalogue } from './shelf.ts';

/** Where services can run. */
export const PROVIDERS: Catalogue<ProviderKind> = {
  local: async () => (await import('../../providers/local/index.ts')).localProvider,
  kubernetes: async () => (await import('../../providers/kubernetes/index.ts')).kubernetesProvider,
  vercel: async () => (await import('../../providers/vercel/index.ts')).vercelProvider,
  'aws-alb': async () => (await import('../../providers/aws-alb/index.ts')).albProvider,
  // For tests and simulations.
  memory: async () => (await import('../../providers/memory/index.ts')).memoryProvider,
};

/** Known by name, and in no reference. */
export const UNLISTED = ['memory'];
