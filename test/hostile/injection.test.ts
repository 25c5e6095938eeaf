import { describe, expect, it } from 'vitest';
import { githubReporter } from '../../reporters/github/index.ts';
import { jsonReporter } from '../../reporters/json/index.ts';
import { plainReporter } from '../../reporters/plain/index.ts';
import { renderPlan } from '../../reporters/plan-table/index.ts';
import { terminalReporter } from '../../reporters/terminal/index.ts';
import type { Io } from '../../src/cli/shell/io.ts';
import { renderError } from '../../src/cli/shell/render-error.ts';
import { aligned, table } from '../../src/cli/shell/table.ts';
import { DeployError, type DeployEvent, type Plan } from '../../src/contract/index.ts';
import { displayLines, displaySafe, streamSafe } from '../../src/lib/display-safe.ts';
import {
  batchDone,
  Page,
  planOf,
  rolledBack,
  Story,
  succeeded,
  turnedRound,
  waitingFor,
} from '../reporters/kit/story.ts';
import { Chance } from '../simulation/chance.ts';
import { PIECES, poison, poisoned } from './poison.ts';

const ROUNDS = 150;
const ESC = '\u001b';

/** Colours, the cursor and clearing, as our own reporters write them; nothing else of a terminal. */
const OURS = new RegExp(`${ESC}\\[(\\d{1,2}m|\\?25[hl]|\\?2026[hl]|\\d+A|J)|\\r${ESC}\\[2K`, 'g');
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]|##\w*\[/u;
const COMMAND = /^\s*::/;

/** What is left in an output that somebody else would obey. */
function obeyed(text: string): string[] {
  const plain = text.replaceAll(OURS, '');
  const found = OBEYED.exec(plain);
  const commands = plain.split('\n').filter((line) => COMMAND.test(line));
  return [
    ...(found
      ? [JSON.stringify(plain.slice(Math.max(0, found.index - 40), found.index + 20))]
      : []),
    ...commands,
  ];
}

const BAD_ENDS = ['interrupted', 'waiting', 'failed', 'diverged', 'stuck'] as const;

/** All that can be told of a deployment. */
const STORIES: readonly Story[] = [
  succeeded(),
  rolledBack(),
  turnedRound(),
  waitingFor(),
  batchDone('failed'),
  ...BAD_ENDS.map((stop) =>
    new Story()
      .begin()
      .upTo(2)
      .tell('paused', { stop, reason: 'why', direction: 'forward', undo: false }),
  ),
  new Story()
    .begin({ resumed: true, direction: 'back' })
    .start(1)
    .tell('step-progress', { step: '02', message: '1 of 2' })
    .tell('retrying', { step: '02', error: 'refused', attempt: 1, wait: 10 })
    .tell('notice', { level: 'warning', message: 'look' })
    .tell('notice', { level: 'info', message: 'look' })
    .tell('control', {
      control: {
        kind: 'approve',
        actor: { name: 'bob', host: 'h', url: 'u' },
        reason: 'fine',
        planHash: 'h',
        at: 1,
      } as never,
    }),
];

type Told = (events: readonly DeployEvent[]) => string;

const REPORTERS: Readonly<Record<string, Told>> = {
  plain: (events) => reported(events, (page) => plainReporter(outputTo(page, false))),
  'plain in colour': (events) => reported(events, (page) => plainReporter(outputTo(page, true))),
  live: (events) => reported(events, (page) => live(page, false)),
  'live in colour': (events) => reported(events, (page) => live(page, true)),
  'live where it is narrow': (events) =>
    reported(events, (page) => live(page, false), new Page(30, 8)),
  JSON: (events) => reported(events, (page) => jsonReporter({ stream: page })),
};

const outputTo = (stream: Page, color: boolean) => ({ stream, color, now: () => 1_000_000 });

function live(page: Page, color: boolean) {
  const ticker = (_interval: number, tick: () => void) => {
    tick();
    return tick;
  };
  return terminalReporter({ ...outputTo(page, color), ticker, onExit: () => () => {} });
}

function reported(
  events: readonly DeployEvent[],
  reporterTo: (page: Page) => { report(event: DeployEvent): void; close?(): unknown },
  page = new Page(),
): string {
  const reporter = reporterTo(page);
  for (const event of events) reporter.report(event);
  void reporter.close?.();
  return page.text;
}

function inGithub(events: readonly DeployEvent[]): { log: string; summary: string } {
  let summary = '';
  const appendSummary = (text: string) => {
    summary += text;
  };
  const log = reported(events, (page) => githubReporter({ stream: page, appendSummary }));
  return { log, summary };
}

/** Calls back with each story, told with each single piece and with many together. */
function eachPoisoned(look: (events: readonly DeployEvent[], clean: Story, text: string) => void) {
  const chance = new Chance(11);
  const texts = [...PIECES, ...Array.from({ length: ROUNDS }, () => poison(chance))];
  for (const [index, text] of texts.entries()) {
    const story = STORIES[index % STORIES.length] as Story;
    look(poisoned(story.events, text), story, text);
  }
}

describe('whatever the outside says, nobody obeys it in what is written', () => {
  it.each(Object.entries(REPORTERS))('%s', (_, tell) => {
    eachPoisoned((events) => expect(obeyed(tell(events))).toEqual([]));
  });

  it('JSON, which means the same nevertheless', () => {
    eachPoisoned((events) => {
      const lines = (REPORTERS.JSON as Told)(events).trimEnd().split('\n');
      const told = lines.map((line) => JSON.parse(line) as DeployEvent);
      for (const event of events)
        expect(told).toContainEqual(JSON.parse(JSON.stringify({ v: 1, ...event })));
    });
  });

  it('the log of GitHub, where only commands of our own are commands', () => {
    const commands = (text: string) => text.split('\n').filter((line) => COMMAND.test(line));
    const kinds = (text: string) =>
      commands(text).map((line) => /^::(\w+)(?: title=[^:,]*)?::/.exec(line)?.[1]);
    eachPoisoned((events, clean) => {
      const { log } = inGithub(events);
      expect(kinds(log)).toEqual(kinds(inGithub(clean.events).log));
      const others = log.split('\n').filter((line) => !COMMAND.test(line));
      expect(obeyed(others.join('\n'))).toEqual([]);
      expect(obeyed(commands(log).join('\n').replaceAll(/^::/gm, ''))).toEqual([]);
    });
  });

  it('the summary of GitHub, which stays the same tables and sentences', () => {
    eachPoisoned((events, clean, text) => {
      const { summary } = inGithub(events);
      const fenced = /^```sh\n.*?\n```$/ms;
      const shape = (markdown: string) =>
        markdown
          .replace(fenced, '')
          .split('\n')
          .map((line) => line.replaceAll(/\\./g, '').match(/\|/g)?.length ?? 0);
      const benign = poisoned(clean.events, 'x');
      if (text.trim() !== '') expect(shape(summary)).toEqual(shape(inGithub(benign).summary));
      const outside = summary.replace(fenced, '').replaceAll('&#8203;', '·').replaceAll(/\\./g, '');
      expect(OBEYED.exec(outside)).toBe(null);
      expect(outside).not.toMatch(/<(?!\/?$)|`|~~|\]\(|[@#](?=\w)|:\/\/|www\.|\$/i);
      const foreign = summary.replaceAll(/^## |^\*\*|\*\*/gm, '').split('\n');
      expect(foreign.filter((line) => /^(#{1,6}\s|=|-\s|\d+[.)] )/.test(line))).toEqual([]);
    });
  });

  it('a plan, at any width', () => {
    const chance = new Chance(3);
    const plan: Plan = { ...planOf(), notes: ['note'], undoes: 'k3v9' };
    for (const text of [...PIECES, ...Array.from({ length: ROUNDS }, () => poison(chance))]) {
      const columns = chance.whole(20, 200);
      expect(obeyed(renderPlan(poisoned(plan, text), { columns, color: true }))).toEqual([]);
    }
  });

  it('an error, and the commands that it suggests', () => {
    const chance = new Chance(4);
    for (const text of [...PIECES, ...Array.from({ length: ROUNDS }, () => poison(chance))]) {
      const told = shown(
        new DeployError('policy', {
          message: text,
          why: `${text}\n${text}`,
          state: text,
          next: [`deployctl rollback --to ${text}`, 'deployctl status'],
        }),
      );
      expect(obeyed(told)).toEqual([]);
      const suggested = told.split('\n').filter((line) => /^(Next:| {2}deployctl)/.test(line));
      expect(suggested.filter((line) => /[;&|`\\]|\$\(/.test(line))).toEqual([]);
      expect(obeyed(shown(Object.assign(new Error(text), { stack: text })))).toEqual([]);
      expect(obeyed(shown(text))).toEqual([]);
    }
  });

  it('a table', () => {
    const chance = new Chance(5);
    for (let round = 0; round < ROUNDS; round++) {
      const rows = [[poison(chance), poison(chance)]];
      const column = { title: 'a', weight: 1, cell: (row: string[]) => row.join('') };
      const lines = [...aligned(rows), ...table([column], rows, 40)];
      expect(obeyed(displayLines(lines.join('\n')))).toEqual([]);
    }
  });

  it('whatever passes the last door, whoever forgot to look', () => {
    const chance = new Chance(6);
    for (let round = 0; round < 10 * ROUNDS; round++) {
      const value = { text: poison(chance) };
      const json = streamSafe(JSON.stringify(value));
      expect(obeyed(json)).toEqual([]);
      expect(JSON.parse(json)).toEqual(value);
      const safe = displaySafe(value.text);
      expect(streamSafe(safe)).toBe(safe);
    }
  });
});

/** What stands on stderr. */
function shown(error: unknown): string {
  let said = '';
  const stderr = {
    write: (text: string) => {
      said += text;
    },
  };
  renderError(error, { stderr, env: {} } as unknown as Io);
  return said;
}
