import type { GateSourceKind } from '../../src/contract/index.ts';
import type { TcpSettings } from './settings.ts';

export const tcpSource: GateSourceKind<TcpSettings> = {
  name: 'tcp',
  settings: async () => (await import('./settings.ts')).settings,
  metric: () => ({ unit: 'yesNo' }),
  open: async (means) => (await import('./source.ts')).createTcpSource(means),
};
