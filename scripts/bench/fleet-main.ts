import { driveFleet, type Time } from './fleet.ts';

const [count, time] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await driveFleet(Number(count), time as Time)));
