import { describe, expect, it } from 'vitest';
import { compare } from './http-table/compare.ts';
import { missing } from './http-table/proxies.ts';
import { makeTable } from './http-table/table.ts';

describe('HTTP as the edge speaks it, beside nginx and HAProxy', () => {
  it('is the same, or differs for a reason that is written down', async () => {
    const command = missing();
    expect(command, `nginx and HAProxy are needed beside the edge: ${command}`).toBeNull();
    const rows = await makeTable();
    expect(rows.length).toBeGreaterThanOrEqual(120);
    const { unexplained, idle, same } = compare(rows);
    expect(unexplained).toEqual([]);
    expect(idle).toEqual([]);
    expect(same).toBeGreaterThan(100);
    // The replica is strict: nothing that it could not read was passed on.
    expect(rows.filter(({ edge }) => edge.includes('MALFORMED'))).toEqual([]);
  });
});
