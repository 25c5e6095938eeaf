import { gateRecords, longWatch } from '../../test/helpers/long-watch.ts';
import type { Row } from './rig.ts';

const MOST = 700;
/** Ms of one round of ten gates that are ours: judging, telling, writing down. */
const ROUND_MS = 5;

/** What a journal has to hold. */
export async function recordRows(): Promise<Row[]> {
  const records = gateRecords(await longWatch({ hours: 24 }));
  const readings = records.reduce((sum, { rounds }) => sum + rounds.length, 0);
  const largest = Math.max(...records.map(({ rounds }) => JSON.stringify(rounds).length));
  const perRound = await roundCost();
  return [
    {
      what: 'own time of one round of ten gates, as processor time',
      measured: `${perRound.toFixed(2)} ms`,
      goal: `≤ ${ROUND_MS} ms`,
      holds: perRound <= ROUND_MS,
    },
    {
      what: 'records of a bake of a day, with one gate asked each 5 s',
      measured: `${records.length} (${readings} readings, the largest ${Math.round(largest / 1000)} kB)`,
      goal: `≤ ${MOST}`,
      holds: records.length <= MOST,
    },
  ];
}

/** Sources that answer at once, on a clock that waits for nothing: what is left is our own. */
async function roundCost(): Promise<number> {
  const gates = 10;
  const began = process.cpuUsage();
  const records = gateRecords(await longWatch({ hours: 2, gates }));
  const { user, system } = process.cpuUsage(began);
  const rounds = records.reduce((sum, record) => sum + record.rounds.length, 0) / gates;
  return (user + system) / 1000 / rounds;
}
