import { writeFile } from 'node:fs/promises';
import { command } from '../../src/cli/commands/deploy.ts';
import { actionYaml } from './definition.ts';

await writeFile(new URL('../../action.yml', import.meta.url), actionYaml(command.options));
