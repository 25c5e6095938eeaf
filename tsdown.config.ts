import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';

/** Programs of the local provider that run on after the command has ended. */
const detached = {
  keeper: 'providers/local/keeper/main.ts',
  edge: 'providers/local/edge/main.ts',
};

/** `import { a as b } from "node:fs";`, as the bundler writes it. */
const BUILTIN = /^import (?:\* as )?(\{[^}]*\}|[\w$]+) from "(node:[\w/]+)";$/gm;

/**
 * An import of a built-in module reads all that it exports, and with it loads what it would load only
 * when it is used: of `node:fs` the promises, their streams and readline. Asked for by name it does not.
 * Where all that is taken of `node:child_process` is `spawn`, which what only asks never calls, it is
 * loaded by the first call.
 */
const lazyBuiltins = {
  name: 'lazy-builtins',
  renderChunk: (code: string) =>
    code.replace(BUILTIN, (_, names: string, module: string) => {
      const wanted = names.replaceAll(' as ', ': ');
      const loaded = `globalThis.process.getBuiltinModule("${module}")`;
      if (module === 'node:child_process' && takesOnlySpawn(wanted, code))
        return `const ${wanted} = { spawn: (...given) => ${loaded}.spawn(...given) };`;
      return `const ${wanted} = ${loaded};`;
    }),
};

function takesOnlySpawn(wanted: string, code: string): boolean {
  if (wanted === '{ spawn }') return true;
  const taken = [...code.matchAll(/\b(\w+)(\.spawn\()?/g)].filter(([, name]) => name === wanted);
  // Once it is named to be imported.
  return taken.filter(([, , spawn]) => spawn === undefined).length === 1;
}

/**
 * What a command that only asks loads, one after the other. Each is one file, with all that it imports
 * and no earlier one has: each file more costs such a command about half a millisecond.
 */
const LAYERS = {
  cache: ['src/host/compiled.ts'],
  start: ['src/main.ts'],
  program: ['src/cli/program.ts', 'src/cli/commands/index.ts'],
  asking: [
    'src/cli/invocation.ts',
    'src/compose/index.ts',
    'src/config/index.ts',
    'stores/file/kind.ts',
    'src/cli/commands/status.ts',
    'src/cli/commands/history.ts',
  ],
  local: ['providers/local/index.ts'],
  kubernetes: [
    'providers/kubernetes/index.ts',
    'stores/kubernetes/kind.ts',
    'src/clients/kubernetes/wire/shared.ts',
  ],
};

type Graph = { getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null };

/** The first layer that needs the module, if one does. */
function layerOf(id: string, graph: Graph): string | null {
  const found = Object.entries(LAYERS).find(([, files]) => neededBy(files, graph).has(id));
  return found?.[0] ?? null;
}

function neededBy(files: readonly string[], graph: Graph): ReadonlySet<string> {
  const needed = new Set(files.map((file) => join(import.meta.dirname, file)));
  // What is added on the way is gone through as well.
  for (const id of needed)
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) needed.add(imported);
  return needed;
}

const BUNDLED = ['commander', 'yaml'];

const common = {
  format: 'esm',
  platform: 'node',
  plugins: [lazyBuiltins],
  target: 'node22.18',
  fixedExtension: false,
} satisfies UserConfig;

export default defineConfig([
  {
    ...common,
    entry: {
      compiled: 'src/host/compiled.ts',
      main: 'src/main.ts',
      contract: 'src/contract/index.ts',
    },
    // From its own file commander would be loaded with all that its built-in modules export, a quarter
    // of `--help`; and yaml from 72 files, an eighth of a `status` that reads a kubeconfig.
    deps: { alwaysBundle: BUNDLED },
    copy: BUNDLED.map((name) => ({
      from: `node_modules/${name}/LICENSE`,
      to: 'dist',
      rename: `${name}.LICENSE`,
    })),
    inputOptions: { preserveEntrySignatures: 'allow-extension' },
    outputOptions: {
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [{ name: layerOf, debugName: 'layers' }],
      },
    },
    dts: { entry: 'src/contract/index.ts', oxc: true },
  },
  // Apart: what lives for months keeps nothing in memory that only commands need.
  {
    ...common,
    entry: Object.fromEntries(Object.entries(detached).filter(([, file]) => existsSync(file))),
    dts: false,
  },
]);
