/**
 * The report's looks: light and dark by the reader's setting, light on paper, and one language at a time, chosen by two
 * radio buttons without any script.
 */
export const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --quiet: #5b6570; --rule: #d8dde3; --soft: #f3f5f8;
  --best: #0b62c4; --interval: #0b62c433; --measured: #5b6570; --random: #9a5b00; --band: #d9770633; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --ink: #e6e9ed; --quiet: #a2acb8; --rule: #343b44;
  --soft: #1d2228; --best: #6fb1ff; --interval: #6fb1ff33; --measured: #a2acb8; --random: #f0b266; --band: #f0b26633; --bad: #ff8a7a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, "Noto Sans", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0.5rem 0 0.25rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 0.6rem; }
.lead { font-size: 1.1rem; } .quiet { color: var(--quiet); }
.language { float: right; display: flex; gap: 0.75rem; } .language label { cursor: pointer; padding: 0.2rem 0; }
:root:has(#in-ja:checked) .en, :root:not(:has(#in-ja:checked)) .ja { display: none; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1.2rem; margin: 1rem 0; padding: 0.9rem 1.1rem; background: var(--soft); border-radius: 8px; }
.facts dt { color: var(--quiet); } .facts dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.87em; }
th, td { text-align: start; padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--rule); vertical-align: top; }
td, tbody th { white-space: nowrap; } td.free { white-space: normal; min-width: 12rem; } thead th { color: var(--quiet); font-weight: 600; }
td.n { text-align: end; } .bad-row td.free { color: var(--bad); }
.provenance td { white-space: normal; overflow-wrap: anywhere; font-family: ui-monospace, "Noto Sans Mono", monospace; }
.provenance th { font-weight: 400; color: var(--quiet); }
.meter { display: inline-block; width: 5rem; height: 0.55rem; background: var(--rule); border-radius: 3px; overflow: hidden; } .meter span { display: block; height: 100%; background: var(--best); }
.legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; padding: 0; margin: 0.4rem 0 0; list-style: none; font-size: 0.87em; color: var(--quiet); }
.legend svg { width: 1.6rem; height: 0.9rem; vertical-align: -0.1rem; margin-inline-end: 0.35rem; }
.chart { width: 100%; min-width: 38rem; height: auto; display: block; }
.grid { stroke: var(--rule); stroke-width: 1; } .axis { stroke: var(--quiet); } .tick { fill: var(--quiet); font-size: 12px; }
.band { fill: var(--band); } .interval { fill: var(--interval); } .best, .random, .failed { fill: none; stroke-width: 2; }
.best { stroke: var(--best); } .random { stroke: var(--random); stroke-dasharray: 5 4; } .target { stroke: currentColor; stroke-width: 1.5; stroke-dasharray: 2 3; } .measured { fill: var(--measured); fill-opacity: 0.65; }
.outside { fill: none; stroke: var(--measured); stroke-opacity: 0.8; } .error { fill: none; stroke: var(--best); stroke-opacity: 0.55; stroke-width: 1.5; } .onfront { fill: var(--best); stroke: var(--paper); stroke-width: 1.5; }
.failed { stroke: var(--bad); } .bad { stroke: var(--bad); stroke-width: 2; }
.s0 { fill: #4c78a8; } .s1 { fill: #f58518; } .s2 { fill: #54a24b; } .s3 { fill: #eeca3b; } .s4 { fill: #b279a2; } .s5 { fill: #9d755d; } .s6 { fill: #72b7b2; } .s7 { fill: #e45756; }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --quiet: #444; --rule: #bbb; --soft: #f3f5f8;
  --best: #0b62c4; --interval: #0b62c433; --measured: #555; --random: #9a5b00; --band: #d9770633; --bad: #b42318; }
  .language { display: none; } section { break-inside: avoid-page; } .long { break-inside: auto; } .wide { overflow: visible; }
  body { font-size: 9pt; } main { max-width: none; padding: 0; } thead { display: table-header-group; } tr { break-inside: avoid; }
  td, tbody th { white-space: normal; overflow-wrap: anywhere; padding: 0.15rem 0.35rem; } td.free { min-width: 0; } .chart { min-width: 0; } .meter { width: 2.5rem; }
  td.n { white-space: nowrap; }
  * { print-color-adjust: exact; } }
`;
