import { createStudy } from "@labloop/optimizer";
import { askStudy, askTrials } from "./ask-study.ts";
const n = Number(process.argv[2]); 
for (let r = 0; r < 120; r++) { const s = createStudy(askStudy, { seed: r }); s.tell(...askTrials(n)); s.ask(1); }
