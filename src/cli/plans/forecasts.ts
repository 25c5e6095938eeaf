import type { World } from '../../engine/index.ts';
import { detectionNote, watchedByCounts } from './detection-forecast.ts';
import { isTrafficAsNow, trafficSeen } from './present-traffic.ts';
import { firstForecast, type PlannedTraffic, sampleForecast } from './sample-forecast.ts';

/**
 * What gates can be expected to see of the stages, at the traffic of now: whether they get their
 * samples, and how soon a rise would show. Before a first deployment there is none to go by.
 */
export async function forecasts(
  world: World,
  planned: Omit<PlannedTraffic, 'seen'>,
): Promise<readonly string[]> {
  const { live, gates, observation } = planned;
  if (live === null) return firstForecast(world, planned);
  const seen = trafficSeen(world, { observation, live });
  const samples = await sampleForecast(world, { ...planned, seen });
  const asNow = await Promise.all(planned.steps.map((step) => isTrafficAsNow(world, step, gates)));
  const stages = planned.steps.filter((_, index) => asNow[index]);
  const detections = await Promise.all(
    watchedByCounts(stages, gates).map(async (watched) =>
      detectionNote(watched, await seen(watched.gate, watched.spec)),
    ),
  );
  return [...samples, ...detections.filter((note) => note !== null)];
}
