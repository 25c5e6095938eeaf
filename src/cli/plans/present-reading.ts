import type { GateSpec, Measurement, Observation, Release } from '../../contract/index.ts';
import type { World } from '../../engine/index.ts';

/** A plan is not worth a longer wait. */
const PRESENT_LIMIT_MS = 3000;

/** What a gate reads of a release now, before anything has changed, over the last `span` ms. */
export async function presentReading(
  { clock, source }: World,
  spec: GateSpec,
  of: { readonly observation: Observation; readonly release: Release; readonly span: number },
): Promise<Measurement> {
  const { observation, release, span } = of;
  const now = clock.wall();
  const labels = observation.releases.find(({ id }) => id === release.id)?.labels ?? {};
  return (await source(spec.source)).measure({
    // A copy: a source that goes on where it was left off must not begin here.
    settings: structuredClone(spec.settings),
    subject: { deployment: 'plan', candidate: release, stable: null, track: 'stable' },
    window: { from: now - spec.delay - span, to: now - spec.delay, span, age: spec.delay },
    observe: async () => observation,
    labels: async () => ({ service: observation.labels, candidate: labels, stable: null }),
    reach: async () => null,
    signal: AbortSignal.timeout(PRESENT_LIMIT_MS),
  });
}
