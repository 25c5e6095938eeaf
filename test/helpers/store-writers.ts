import { createFileStore } from '../../src/stores/file.ts';

/** A process of its own with eight writers, all of whom want every key. Says how often each answer came. */
const [folder = '', name = '', rounds = '0'] = process.argv.slice(2);
const store = createFileStore(folder);
const won: string[] = [];

for (let round = 0; round < Number(rounds); round++) {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, writer) =>
      store.create(`race/${String(round).padStart(5, '0')}`, `${name} ${writer}`),
    ),
  );
  answers.forEach((answer, writer) => {
    if (answer === 'created') won.push(`${round} ${name} ${writer}`);
  });
}

process.stdout.write(JSON.stringify(won));
