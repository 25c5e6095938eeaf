import { describe, expect, it } from 'vitest';
import { createTcpSource } from '../../../gates/tcp/source.ts';
import { asking, clock, nowhere, serve, to } from '../kit/rig.ts';

const source = createTcpSource({ clock });

describe('the tcp gate', () => {
  it('connects to the host and port of the address', async () => {
    const address = await serve(() => {});
    const measurement = await source.measure(
      asking({ host: null, port: null }, { reach: to(address) }),
    );
    expect(measurement).toMatchObject({ kind: 'ok', candidate: { value: 1 } });
    expect(measurement.detail).toMatch(/^connected in \d+ ms$/);
  });

  it('prefers a host and port of its own', async () => {
    const port = Number(new URL(await serve(() => {})).port);
    const asked = asking({ host: '127.0.0.1', port }, { reach: to(await nowhere()) });
    expect((await source.measure(asked)).candidate?.value).toBe(1);
  });

  it('takes a refused connection as a no', async () => {
    const asked = asking({ host: null, port: null }, { reach: to(await nowhere()) });
    const measurement = await source.measure(asked);
    expect(measurement).toMatchObject({ kind: 'ok', candidate: { value: 0, bad: 1 } });
    expect(measurement.detail).toMatch(/ECONNREFUSED/);
  });

  it('does not guess where to connect to', async () => {
    const measurement = await source.measure(asking({ host: '127.0.0.1', port: null }));
    expect(measurement.kind).toBe('sourceError');
  });
});
