import { readFile, writeFile } from 'node:fs/promises';
import { asSvg } from './picture.ts';
import { scenes } from './scenes.ts';
import { clear, TERMINAL } from './stage.ts';

/**
 * Renews the output that docs/walk-through.md shows, and the picture of README.md: plays the scenes
 * for real, in a state folder and on ports of its own, and writes what was printed between the
 * markers `<!-- capture NAME -->` and `<!-- /capture -->`. Four things differ from what was printed:
 * the ports are those of the examples, the machine is called `laptop`, long output keeps its main
 * lines and says how many were left out, and the command is shown without the --set for the ports.
 *
 *   npm run capture              from the sources
 *   npm run capture -- --built   the built program
 */
const page = new URL('../../docs/walk-through.md', import.meta.url);
const picture = new URL('../../docs/live-view.svg', import.meta.url);

try {
  let text = await readFile(page, 'utf8');
  for (const [name, play] of Object.entries(scenes)) {
    const place = new RegExp(`(<!-- capture ${name} -->\n)[\\s\\S]*?(<!-- /capture -->)`);
    if (!place.test(text)) throw new Error(`docs/walk-through.md has no place for ${name}`);
    try {
      const given = await play();
      const played = typeof given === 'string' ? { text: given } : given;
      text = text.replace(
        place,
        (_, begins, ends) => `${begins}\`\`\`console\n${played.text}\n\`\`\`\n${ends}`,
      );
      if (played.picture) await writeFile(picture, asSvg(played.picture, TERMINAL.columns));
      process.stderr.write(`${name}: captured\n`);
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(`${name}: keeps its old text: ${(error as Error).message}\n`);
    }
  }
  await writeFile(page, text);
} finally {
  await clear();
}
