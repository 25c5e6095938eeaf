import { alertConformance } from '../conformance/alerts.ts';
import { type Asked, json } from '../conformance/wire.ts';

function fault({ method, url, headers }: Asked): string | null {
  const asked = url.searchParams;
  if (method !== 'GET' || url.pathname !== '/am/api/v2/alerts') return `${method} ${url.pathname}`;
  if (headers.authorization !== 'Bearer hush-1234567890') return 'authorization';
  if (asked.get('silenced') !== 'false' || asked.get('inhibited') !== 'false') return 'silenced';
  const [names, version] = asked.getAll('filter');
  if (
    names !== 'alertname=~"HighErrorRate|OutOf\\\\.v42"' &&
    names !== 'alertname=~"HighErrorRate"'
  )
    return `filter ${names}`;
  return version === 'version="v42"' ? null : `filter ${version}`;
}

const alert = (name: string, state = 'active') => ({
  labels: { alertname: name, version: 'v42' },
  annotations: {},
  startsAt: '2026-01-02T03:04:05.000Z',
  status: { state, silencedBy: [], inhibitedBy: [] },
});

alertConformance('alertmanager', {
  kind: async () =>
    (await import('../../../gates/alertmanager/index.ts')).alertmanagerSource as never,
  settings: (address) => ({
    address: `${address}/am/`,
    auth: { bearer: { fromEnv: 'TOKEN' } },
    alerts: ['HighErrorRate', 'OutOf.v42'],
    where: { version: '{{version}}' },
  }),
  env: { TOKEN: 'hush-1234567890' },
  fault,
  // The same alert of two instances is one alert; one that was silenced in between is none.
  firing: (_, names) =>
    json([...names, ...names].map((name) => alert(name)).concat(alert('Hushed', 'suppressed'))),
  error: (status, message) => json({ code: status, message }, status),
  doubtful: {
    'an alert without a name': {
      reply: () => json([{ labels: {}, status: { state: 'active' } }]),
      kind: 'sourceError',
      says: 'without alerts',
    },
    'an alert without its state': {
      reply: () => json([{ labels: { alertname: 'HighErrorRate' } }]),
      kind: 'sourceError',
      says: 'without alerts',
    },
  },
});
