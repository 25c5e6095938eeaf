// A plug-in: a strategy, a gate source and a reporter of one's own, in one file. A config names it:
//   plugins: [./plug-ins/all-at-once.mjs]
//   strategy: all-at-once
//   gates: { workday: { workday: {} } }

/** Everything at once: no stages, no comparison. */
const allAtOnce = {
  name: 'all-at-once',
  plan: ({ observation, release, live }) => {
    if (observation.live === release.id) return [];
    const split = { [release.id]: 100, ...(live && { [live.id]: 0 }) };
    return [
      step('01-start', 'start', { kind: 'start', release, capacity: 100, weights: [100] }),
      step('02-route', 'shift', { kind: 'route', split, match: null }),
      step('03-promote', 'promote', { kind: 'promote', release: release.id }),
      ...(live
        ? [step('04-retire', 'retire', { kind: 'retire', release: live.id, keeps: release.id })]
        : []),
    ];
  },
};

function step(id, phase, action) {
  const estimate = { best: 1000, worst: 60_000, weight: phase === 'start' ? 0 : 100 };
  const common = { watch: [], onFailure: 'rollback', deadline: 60_000, attempts: 1 };
  return { id, phase, title: `${action.kind}, all at once`, action, ...common, estimate };
}

/** No on Saturdays and Sundays. */
const workday = {
  name: 'workday',
  settings: () => ({
    type: 'object',
    properties: { days: { type: 'array', items: { type: 'integer' }, default: [1, 2, 3, 4, 5] } },
  }),
  metric: () => ({ unit: 'yesNo' }),
  open: () => ({
    measure: async ({ settings, window }) => {
      const isGood = settings.days.includes(new Date(window.to).getUTCDay());
      const candidate = { value: isGood ? 1 : 0, samples: 1, bad: isGood ? 0 : 1, total: 1 };
      const detail = isGood ? 'a working day' : 'no working day';
      return { kind: 'ok', candidate, stable: null, unit: 'yesNo', detail };
    },
  }),
};

const bell = {
  report: ({ type }) => {
    if (type === 'ended') process.stderr.write('ding\n');
  },
};

export default { strategies: [allAtOnce], sources: [workday], reporters: [bell] };
