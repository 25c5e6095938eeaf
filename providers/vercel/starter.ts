import type { Starter } from '../../src/contract/index.ts';

const FILES = ['vercel.json', '.vercel/project.json'];

/** A config for it needs a project and a token, which no folder tells. */
export const vercelStarter: Starter = {
  signs: ({ files }) =>
    files
      .filter((path) => FILES.includes(path))
      .slice(0, 1)
      .map((file) => ({
        file,
        service: null,
        command: null,
        port: null,
        words: `${file}: a Vercel project`,
      })),
};
