import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { demandOwn, releaseFolder } from '../../../../providers/local/home/folder.ts';
import { Replica } from '../../../../providers/local/replica/replica.ts';
import { LocalFixture, until } from '../fixture.ts';

let fixture: LocalFixture;
afterEach(() => fixture.close());

it('is recorded before it is spawned, completed after, and forgotten when it is gone', async () => {
  fixture = await LocalFixture.open();
  demandOwn(fixture.home, { make: true });
  const release = await fixture.release('v1');
  const file = join(releaseFolder(fixture.home, release.id), 'replica-1.json');
  const recorded = () => JSON.parse(readFileSync(file, 'utf8'));
  let before: unknown = null;
  const replica = new Replica({
    home: fixture.home,
    release,
    n: 1,
    // Asked for when all but the process itself is there.
    secrets: () => {
      before = recorded();
      return {};
    },
    changed: () => {},
  });
  const running = replica.run();
  await until('it is ready', () => replica.state === 'ready');
  const { port, key: token, pid } = replica;
  expect(before).toMatchObject({ release: release.id, n: 1, port, token, pid: null });
  expect(recorded()).toMatchObject({ port, token, pid });
  await replica.stop();
  await running;
  expect(existsSync(file)).toBe(false);
});
