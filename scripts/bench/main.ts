import { awsRows } from './aws.ts';
import { edgeRows } from './edge.ts';
import { engineRows } from './engine.ts';
import { fleetRows } from './fleet-cost.ts';
import { incidentRows } from './incident.ts';
import { logRows } from './log.ts';
import { recordRows } from './records.ts';
import type { Row } from './rig.ts';
import { startupRows } from './startup.ts';
import { vercelRows } from './vercel.ts';

/** Every number that the product promises and that can be measured here, each beside its goal. */
const parts = {
  startup: startupRows,
  engine: engineRows,
  incident: incidentRows,
  edge: edgeRows,
  fleet: fleetRows,
  records: recordRows,
  log: logRows,
  vercel: vercelRows,
  aws: awsRows,
} as const;

/** All, or those that are named. */
const asked = process.argv.slice(2);
const chosen = Object.entries(parts).filter(([name]) => asked.length === 0 || asked.includes(name));

const rows: Row[] = [];
for (const [, part] of chosen) {
  for (const row of await part()) {
    rows.push(row);
    process.stdout.write(
      `${row.holds ? '✔' : '✖'} ${row.what}: ${row.measured} (goal ${row.goal})\n`,
    );
  }
}
const missed = rows.filter((row) => !row.holds).length;
process.stdout.write(`${rows.length - missed} of ${rows.length} goals reached\n`);
process.exitCode = missed === 0 ? 0 : 1;
