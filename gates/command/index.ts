import type { GateSourceKind } from '../../src/contract/index.ts';
import type { CommandSettings } from './settings.ts';

export const commandSource: GateSourceKind<CommandSettings> = {
  name: 'command',
  settings: async () => (await import('./settings.ts')).settings,
  metric: ({ timeout }) => ({ unit: 'yesNo', timeout }),
  open: async (means) => (await import('./source.ts')).createCommandSource(means),
};
