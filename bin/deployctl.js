#!/usr/bin/env node
// Plain old JavaScript: it must parse on a Node too old for the rest, to say so in words.

const WANTED = [22, 18];
/** Ms that are left to what was begun, once the command is over. */
const LINGER = 2000;
/** Asked for by scripts more often than anything else, and too little to be worth keeping compiled. */
const SHORT = ['--version', '-V'];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < WANTED[0] || (major === WANTED[0] && minor < WANTED[1])) {
  fail(`deployctl needs Node ${WANTED.join('.')} or newer; this is Node ${process.versions.node}.`);
} else {
  start();
}

async function start() {
  if (!SHORT.includes(process.argv[2])) {
    const compiled = await part('compiled.js');
    if (!compiled) return;
    compiled.keepCompiled(process.env);
  }
  const main = await part('main.js');
  if (main) await run(main);
}

/** Null when there is none. */
async function part(name) {
  const { href } = new URL(`../dist/${name}`, import.meta.url);
  return import(href).catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || error.url !== href) throw error;
    fail('deployctl is not built yet: run `npm run build`.');
    return null;
  });
}

async function run({ runCli, tellFault, processIo }) {
  const io = processIo();
  // What nobody caught goes through the same door as all else, so that no secret is in its trace.
  process.on('uncaughtException', async (fault) => {
    process.off('exit', unfinished);
    process.exit(await tellFault(fault, io).catch(lastWord));
  });
  // A plug-in may end the process, or wait for what never comes: then nothing is left to do, and all is not well.
  process.once('exit', unfinished);
  process.exitCode = await runCli(process.argv.slice(2), io);
  process.off('exit', unfinished);
  // A timer or a server of a plug-in would keep a process alive that has nothing left to do.
  setTimeout(() => process.exit(), LINGER).unref();
}

/** Not even the words for it could be loaded. What it says of itself might hold a secret; its code does not. */
function lastWord(fault) {
  fail(`error: deployctl could not go on (${fault?.code ?? 'for no reason that is known'}).`);
  return 1;
}

function unfinished() {
  fail(
    'error: deployctl exited before the command finished; a plug-in may have ended the process.',
  );
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
