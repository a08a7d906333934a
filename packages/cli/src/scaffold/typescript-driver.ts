import { labNameOf } from "../init/lab-answers.ts";

/**
 * Returns the files of a first driver in TypeScript: a driver that works, the plant that it is tested against, and its test.
 * `modules` is where the compiler and editors find the packages of this installation.
 */
export function typescriptDriver(name: string, modules: string): Record<string, string> {
  const kind = labNameOf(name);
  return {
    "driver.ts": driver(kind),
    "plant.ts": firstPlant(kind),
    "driver.test.ts": test(),
    ...folderTexts(modules),
  };
}

/** Returns what a folder with TypeScript in it needs for Node, for editors and for the compiler. */
export function folderTexts(modules: string): Record<string, string> {
  return {
    "package.json": `${JSON.stringify({ private: true, type: "module" }, null, 2)}\n`,
    "tsconfig.json": `${inLines(tsconfig(modules))}\n`,
  };
}

/** As formatters write it: a list of one stays on its line. */
function inLines(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/\[\s+("[^"]*")\s+\]/g, "[$1]");
}

const driver = (
  kind: string,
) => `import { connectLines, defineDevice, defineFaults, type LineSession, quantity } from "@labloop/driver";

// The wire, to be replaced by that of your instrument. Lines end with CR LF, and each is answered by one:
//   ID?           NAME SERIAL FIRMWARE
//   DISPENSE 50   OK, or ERROR and why
//   STATE?        IDLE 7 50: how many it has begun, ever, and what the last has delivered; BUSY 7 20 while it runs
//   HALT          OK
const faults = defineFaults("${kind}", {
  // Whatever it is asked, this answer is this fault: nothing has moved.
  refused: { answer: "ERROR {why}", message: "it refused {asked}: {why}", hint: "see its display", physical: "none" },
});

// What an answer says, at the places of a pattern: {name}, {name:number}, {name:integer}, {name:one|of|these}.
const look = ({ ask }: LineSession) => ask("STATE?", "{word:IDLE|BUSY} {count:integer} {volume:number}");

export default defineDevice({
  kind: "${kind}",
  api: 2,
  capability: "${kind}", // what protocols ask for
  title: { en: "${kind}" },
  manual: "title and pages of the manual",
  faults,

  connect: connectLines({
    terminator: "\\r\\n",
    identify: { ask: "ID?", answer: "${kind} {serial} {firmware}" },
    faults,
  }),
  halt: ({ ask }) => ask("HALT", "OK"), // on E-STOP

  operations: {
    dispense: {
      title: "Push liquid out",
      params: { volume: quantity("uL", { min: 1, max: 500 }) },
      result: { delivered: quantity("uL") },
      duration: { typicalMs: 1_000, maxMs: 60_000 },
      start: ({ ask }, { volume }) => ask(\`DISPENSE \${volume.value}\`, "OK"),
      probe: {
        rises: "begin", // its counter; "end" where it counts finished acts only: see the manual, or try it
        async state(session) {
          const { word, count } = await look(session);
          return { isBusy: word === "BUSY", count };
        },
      },
      async finish(session, _params, { done }) {
        const { volume } = await look(session);
        return done({ delivered: { value: volume, unit: "uL" } });
      },
      stop: ({ ask }) => ask("HALT", "OK"), // leave it out where stopping does harm
    },
    // Reads, and moves nothing: it may be done again, so it needs no probe.
    level: {
      title: "Read what the last act has delivered",
      params: {},
      result: { volume: quantity("uL") },
      retryClass: "retry-safe",
      duration: { typicalMs: 100, maxMs: 5_000 },
      async run(session, _params, { done }) {
        const { volume } = await look(session);
        return done({ volume: { value: volume, unit: "uL" } });
      },
    },
  },
});
`;

/** Returns the plant of a first driver: the pump that its wire describes. */
export const firstPlant = (kind: string) => `import { openAnsweringWire } from "@labloop/driver";
import { definePlant } from "@labloop/driver/conformance";

/** Your instrument as its manual describes it: what the driver is tested against. */
export default definePlant({
  open({ labClock, linkClock }) {
    let [count, finished, volume, target, busyUntil] = [0, 0, 0, 0, 0];
    const settle = () => {
      if (target > 0 && labClock.now() >= busyUntil) [finished, volume, target] = [finished + 1, target, 0];
    };
    // Begun and finished are two counts: a stop that stops nothing shows by them.
    const wholes = () => {
      settle();
      return finished;
    };

    function answer(line: string): string {
      settle();
      const [word, wanted] = line.split(" ");
      if (line === "ID?") return "${kind} SN-1 1.0";
      if (line === "STATE?") return \`\${target > 0 ? "BUSY" : "IDLE"} \${count} \${volume}\`;
      if (line === "HALT") target = 0;
      else if (word !== "DISPENSE" || target > 0) return \`ERROR \${target > 0 ? "busy" : "unknown"}\`;
      else [count, volume, target, busyUntil] = [count + 1, 0, Number(wanted), labClock.now() + 1_000];
      return "OK";
    }

    return { openWire: () => openAnsweringWire(linkClock, "\\r\\n", answer), acts: () => count, wholes };
  },
});
`;

const test = () => `import assert from "node:assert/strict";
import { test } from "node:test";
import { createSeededIds, createVirtualClock } from "@labloop/clock";
import type { DeviceDefinition } from "@labloop/driver";
import { openInProcessRig, runSuite, virtualTime } from "@labloop/driver/conformance";
import driver from "./driver.ts";
import plant from "./plant.ts";

const subject = { definition: driver as unknown as DeviceDefinition, config: {}, plant };

test("the driver keeps the contract, and its probe tells the truth: silver at least", async () => {
  const { results, standing } = await runSuite({
    openRig({ seed, heartbeatMs }) {
      const clock = createVirtualClock(Date.UTC(2026, 0, 5));
      const idsOf = (scope: string) => createSeededIds(clock, seed, scope);
      const time = virtualTime(clock);
      return openInProcessRig(subject, { time, idsOf, seed, heartbeatMs, heapBytes: () => 0 });
    },
    isKept: false,
    seed: 1,
    only: ["C1", "C2", "C3", "C4", "C5", "C6", "C7"],
    soak: 0,
    recorded: null,
    now: () => performance.now(),
  });
  const open = results.filter(({ verdict }) => verdict === "failed" || verdict === "not-run");
  assert.deepEqual(
    open.map(({ id, detail, fix }) => ({ id, detail, fix })),
    [],
  );
  assert.equal(standing.level, "silver");
});
`;

/** For editors and the compiler only: nothing reads it when a driver runs. */
const tsconfig = (modules: string) => ({
  extends: `${modules}/tsconfig.base.json`,
  compilerOptions: {
    noEmit: true,
    typeRoots: [`${modules}/node_modules/@types`],
    types: ["node"],
    paths: {
      "@labloop/driver": [`${modules}/packages/driver/src/index.ts`],
      "@labloop/driver/conformance": [`${modules}/packages/driver/src/conformance/index.ts`],
      "@labloop/clock": [`${modules}/packages/clock/src/index.ts`],
      "@labloop/contracts": [`${modules}/packages/contracts/src/index.ts`],
      zod: [`${modules}/packages/driver/node_modules/zod/index.d.ts`],
    },
  },
  include: ["*.ts"],
});
