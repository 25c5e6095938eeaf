import { existsSync } from 'node:fs';
import { defineConfig } from 'tsdown';

/** Programs of the local provider that run on after the command has ended. */
const detached = {
  keeper: 'providers/local/keeper/main.ts',
  edge: 'providers/local/edge/main.ts',
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
  target: 'node22.18',
  fixedExtension: false,
  dts: { entry: 'src/contract/index.ts', oxc: true },
});
