import { gateRecords, longWatch } from '../../test/helpers/long-watch.ts';
import type { Row } from './rig.ts';

const MOST = 700;

/** What a journal has to hold. */
export async function recordRows(): Promise<Row[]> {
  const records = gateRecords(await longWatch({ hours: 24 }));
  const readings = records.reduce((sum, { rounds }) => sum + rounds.length, 0);
  const largest = Math.max(...records.map(({ rounds }) => JSON.stringify(rounds).length));
  return [
    {
      what: 'records of a bake of a day, with one gate asked each 5 s',
      measured: `${records.length} (${readings} readings, the largest ${Math.round(largest / 1000)} kB)`,
      goal: `≤ ${MOST}`,
      holds: records.length <= MOST,
    },
  ];
}
