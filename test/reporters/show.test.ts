import { test } from 'vitest';
import { Chalk } from 'chalk';
import { renderPlan } from '../../src/reporters/plan-table.ts';
import { plainReporter } from '../../src/reporters/plain.ts';
import { githubReporter } from '../../src/reporters/github.ts';
import { render } from '../../src/reporters/view.ts';
import { NOTHING, reduce } from '../../src/reporters/view-state.ts';
import * as s from './story.ts';
test('x', () => {
  for (const columns of [40, 80, 120]) console.log(renderPlan(s.planOf({ notes: ['v1, which serves now, is degraded: replica 2 exits with code 1. A rollback leads back to it.'] }), { columns, color: false }));
  for (const story of [s.succeeded(), s.rolledBack(), s.waitingFor()]) {
    const page = new s.Page();
    const r = plainReporter({ stream: page, color: false, now: () => 0 });
    for (const e of story.events) r.report(e);
    console.log(page.text);
  }
  { const page = new s.Page(); let md = '';
    const r = githubReporter({ stream: page, appendSummary: (t) => { md += t; } });
    for (const e of s.rolledBack().events) r.report(e);
    r.close?.();
    console.log(page.text); console.log(md); }
  for (const [story, columns, rows] of [[s.underWay(), 80, 50], [s.underWay(), 40, 50], [s.underWay(), 80, 14], [s.underWay(), 80, 8], [s.turnedRound(), 80, 50], [s.waitingFor(), 60, 50], [s.rolledBack(), 80, Infinity], [s.succeeded(), 40, Infinity]] as const) {
    const state = story.events.reduce(reduce, NOTHING);
    console.log(`--- ${columns}x${rows}\n` + render(state, { columns, rows, now: story.at, paint: new Chalk({ level: 0 }), frame: state.ending ? '' : '⠋' }).join('\n'));
  }
});
