#!/usr/bin/env node
// Plain old JavaScript: it must parse on a Node too old for the rest, to say so in words.
import module from 'node:module';

const WANTED = [22, 18];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < WANTED[0] || (major === WANTED[0] && minor < WANTED[1])) {
  fail(`deployctl needs Node ${WANTED.join('.')} or newer; this is Node ${process.versions.node}.`);
} else {
  module.enableCompileCache();
  const main = new URL('../dist/main.js', import.meta.url);
  import(main.href).then(run, (error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || error.url !== main.href) throw error;
    fail('deployctl is not built yet: run `npm run build`.');
  });
}

async function run({ runCli, processIo }) {
  process.exitCode = await runCli(process.argv.slice(2), processIo());
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
