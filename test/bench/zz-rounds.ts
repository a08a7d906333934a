import { createStudy } from "@labloop/optimizer";
import { askStudy, askTrials } from "./ask-study.ts";
function one(n: number, q: number, r: number) { const s = createStudy(askStudy, { seed: r }); s.tell(...askTrials(n)); const b = process.cpuUsage(); const t = performance.now(); s.ask(q); const w = performance.now() - t; const { user, system } = process.cpuUsage(b); return `${((user + system) / 1000).toFixed(0)}(${w.toFixed(0)})`; }
for (let r = 0; r < 20; r++) one(50, 1, 100 + r);
for (const n of [20, 50, 100, 200]) console.log(n, Array.from({ length: 25 }, (_, r) => one(n, 1, r)).join(" "));
for (const n of [20, 50, 100, 200]) console.log(n, Array.from({ length: 25 }, (_, r) => one(n, 1, r)).join(" "));
