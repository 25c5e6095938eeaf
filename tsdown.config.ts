import { existsSync } from 'node:fs';
import { defineConfig } from 'tsdown';

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
 */
const lazyBuiltins = {
  name: 'lazy-builtins',
  renderChunk: (code: string) =>
    code.replace(BUILTIN, (_, names: string, module: string) => {
      const wanted = names.replaceAll(' as ', ': ');
      return `const ${wanted} = globalThis.process.getBuiltinModule("${module}");`;
    }),
};

export default defineConfig({
  entry: {
    compiled: 'src/host/compiled.ts',
    main: 'src/main.ts',
    contract: 'src/contract/index.ts',
    ...Object.fromEntries(Object.entries(detached).filter(([, file]) => existsSync(file))),
  },
  format: 'esm',
  platform: 'node',
  plugins: [lazyBuiltins],
  target: 'node22.18',
  fixedExtension: false,
  dts: { entry: 'src/contract/index.ts', oxc: true },
});
