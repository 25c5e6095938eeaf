// A program that starts a version, says where it runs as it comes up, and stops it: for one that is asked in slices.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const {
  DEPLOYCTL_RELEASE: release,
  DEPLOYCTL_VERSION: version,
  DEPLOYCTL_UNITS: units,
} = process.env;
const [folder, network, verb] = process.argv.slice(2);
const file = join(folder, `${release}.json`);
const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
appendFileSync(join(folder, 'calls'), `${verb} ${version} ${units}\n`);

const freePort = () =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });

const verbs = {
  async start() {
    if (version.startsWith('sick')) return;
    if (known) return writeFileSync(file, JSON.stringify({ ...known, units }));
    const port = await freePort();
    const last = [...release].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 250;
    const ids = Array.from({ length: 2 }, (_, n) => `127.${network}.${last}.${n + 1}`);
    const env = { VERSION: version, ADDRESSES: ids.join(), PORT: String(port) };
    const child = spawn(process.execPath, [join(import.meta.dirname, 'service.js')], {
      env,
      detached: true,
      stdio: 'ignore',
    });
    child.unref();
    const targets = ids.map((id) => `${id}:${port}`);
    writeFileSync(file, JSON.stringify({ pid: child.pid, polls: 0, targets, units }));
  },
  poll() {
    console.log('a line of its own');
    if (version.startsWith('sick'))
      return console.log('{"failed":"the image is gone","logs":["pulling","not found"]}');
    const polls = known.polls + 1;
    writeFileSync(file, JSON.stringify({ ...known, polls }));
    const targets = known.targets.slice(0, Math.min(Number(known.units), Math.max(0, polls - 1)));
    console.log(JSON.stringify({ targets, progress: `${targets.length} up` }));
  },
  stop() {
    if (!known) return;
    process.kill(known.pid, 'SIGKILL');
    rmSync(file);
  },
};
await verbs[verb]();
