import { createRandomIds, createRealClock } from "@labloop/clock";
import { openSqliteStore } from "../../src/index.ts";
import { acceptedRecord } from "../../src/loop/facts.ts";
import { executeOf } from "./bench.ts";

// A driver process in miniature: writes one record into the journal named on the command line, then waits to be killed.
const clock = createRealClock();
const store = openSqliteStore({ path: process.argv[2] ?? "", ids: createRandomIds(clock) });
store.write({ record: acceptedRecord(executeOf(clock, 1), { at: clock.now(), tMono: 0 }), fence: 6 });
process.stdout.write("written\n");
setInterval(() => store.head, 60_000);
