import { Markup } from './markup.ts';

/** Readable at night and on paper. */
export const STYLE = new Markup(`
:root { color-scheme: light dark; --good: #1a7f37; --bad: #cf222e; --unsure: #9a6700; --grid: #8884; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #ff7b72; --unsure: #d29922; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { margin-top: 2rem; } h3 { margin: 0; } small { font-weight: normal; opacity: .7; }
.outcome { font-size: 1.15rem; font-weight: 600; }
.outcome.good, li.good, section.pass h3 { color: var(--good); }
.outcome.bad, li.bad, section.fail h3 { color: var(--bad); }
.outcome.unsure, section.inconclusive h3 { color: var(--unsure); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; } dt { opacity: .7; } dd { margin: 0; }
section { border-left: 4px solid var(--grid); padding: .2rem 1rem; margin: 1rem 0; }
section.fail { border-color: var(--bad); } section.inconclusive { border-color: var(--unsure); }
.reason { font-weight: 600; } code { background: #8882; padding: .1rem .3rem; border-radius: 3px; }
figure { margin: .5rem 0; } figcaption { font-size: .85rem; opacity: .75; } svg { width: 100%; height: auto; }
svg text.axis { font-size: 11px; fill: currentColor; opacity: .7; } svg .grid { stroke: var(--grid); }
svg .limit { stroke: var(--bad); stroke-dasharray: 6 4; } svg .fell { stroke: var(--bad); stroke-width: 1.5; opacity: .6; }
svg circle.pass { fill: var(--good); } svg circle.fail { fill: var(--bad); } svg circle.inconclusive, svg circle.error { fill: var(--unsure); }
svg circle.stable { fill: none; stroke: currentColor; opacity: .55; }
svg .bounds { stroke: currentColor; opacity: .35; stroke-width: 2; } svg .bounds.fail { stroke: var(--bad); opacity: .6; }
table { border-collapse: collapse; font-size: .85rem; width: 100%; } td, th { text-align: left; padding: .15rem .5rem; border-bottom: 1px solid var(--grid); vertical-align: top; }
tr.fail td { color: var(--bad); }
`);
