import { compare, reasonFor } from './compare.ts';
import { missing } from './proxies.ts';
import { makeTable, type Row } from './table.ts';

/** The table of HTTP behaviour: what the edge does otherwise than nginx and HAProxy, and why. */
const write = (text: string) => process.stdout.write(`${text}\n`);
const command = missing();

if (command) {
  write(`nginx and HAProxy are needed beside the edge: ${command}`);
  process.exitCode = 1;
} else {
  const rows = await makeTable();
  const { same, explained, unexplained, idle } = compare(rows);
  if (process.argv.includes('--all')) for (const row of rows) show(row);
  else for (const row of [...explained, ...unexplained]) show(row);
  for (const name of idle) write(`✖ ${name}: explained, and does not differ`);
  write(
    `${rows.length} cases: ${same} alike, ${explained.length} differ with a reason, ${unexplained.length} without`,
  );
  process.exitCode = unexplained.length + idle.length === 0 ? 0 : 1;
}

function show({ name, edge, nginx, haproxy }: Row): void {
  write(`${name}\n  edge     ${edge}\n  nginx    ${nginx}\n  haproxy  ${haproxy}`);
  const why = reasonFor(name);
  if (why) write(`  why      ${why}`);
  else if (edge !== nginx || edge !== haproxy) write('  why      ✖ nobody has said');
}
