import { pathUnfit } from './errors.ts';

/** What comes back after a reboot, and with which words. */
export interface Wanted {
  readonly title: string;
  /** Absolute path of the program, and its words. */
  readonly command: readonly [program: string, ...words: string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** For secrets that the service takes from the environment; need not be there. */
  readonly secrets: string;
  /** Of the machine, or of one user. */
  readonly scope: 'system' | 'user';
}

/** How a file of ours begins; any other is never written over. */
export const UNIT_MARK = '# Written by `deployctl up --install-unit`, which writes it anew.';

/**
 * The keeper and all that it starts may live in the unit's group or, where a person began them, in
 * none: stopping the unit leaves both alone, so that it means the same either way.
 */
export function unitText({ title, command, environment, secrets, scope }: Wanted): string {
  const [program] = command;
  // systemd itself refuses these in the path of a program, however they are written.
  if (!/^\/[^"'\\\p{Cc}]*$/u.test(program)) throw pathUnfit(program);
  const online =
    scope === 'system' ? ['Wants=network-online.target', 'After=network-online.target'] : [];
  return `${[
    UNIT_MARK,
    '[Unit]',
    `Description=deployctl: ${unitLiteral(title)}`,
    ...online,
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    '# Stopping this unit ends nothing; `deployctl down` does.',
    'KillMode=process',
    'Restart=on-failure',
    'RestartSec=10s',
    '# 2: a wrong command line; 7: nothing is wanted here any more.',
    'RestartPreventExitStatus=2 7',
    ...Object.entries(environment).map(
      ([name, value]) => `Environment=${unitQuoted(`${name}=${value}`)}`,
    ),
    `EnvironmentFile=-${unitLiteral(secrets)}`,
    // The colon keeps $ as it is.
    `ExecStart=${[`:${program}`, ...command.slice(1)].map(unitQuoted).join(' ')}`,
    '',
    '[Install]',
    `WantedBy=${scope === 'system' ? 'multi-user.target' : 'default.target'}`,
  ].join('\n')}\n`;
}

/** Only the percent sign means something in every line of a unit. */
function unitLiteral(text: string): string {
  if (/[\p{Cc}\\]/u.test(text) || text !== text.trim()) throw pathUnfit(text);
  return text.replaceAll('%', '%%');
}

const CONTROL = /\p{Cc}/gu;

/** One word, as systemd takes it apart again: quotes, backslashes and what is no letter by number. */
export function unitQuoted(text: string): string {
  const escaped = text
    .replaceAll('%', '%%')
    .replaceAll(/["\\]/g, '\\$&')
    .replaceAll(CONTROL, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}
