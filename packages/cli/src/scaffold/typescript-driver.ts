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
    "tsconfig.json": `${JSON.stringify(tsconfig(modules), null, 2)}\n`,
  };
}

const driver = (kind: string) => `import { sleep } from "@labloop/contracts";
import { createLineExchange, defineDevice, defineFaults, type LineExchange, quantity } from "@labloop/driver";
import * as z from "zod";

// The wire, to be replaced by that of your instrument. Lines end with CR LF, and each is answered by one:
//   ID?           NAME SERIAL FIRMWARE
//   DISPENSE 50   OK, or an error
//   STATE?        IDLE 7 50: how many it has begun, ever, and the volume of the last; BUSY 7 50 while it runs
//   HALT          OK
const faults = defineFaults("${kind}", {
  refused: { message: "it answered {answer}", hint: "see what its display says", physical: "none" },
  busy: { message: "it is busy", hint: "wait, or halt it at its panel", physical: "none" },
});

const ask = async (wire: LineExchange, line: string) => (await wire.ask(line, { timeoutMs: 2_000 }))[0] ?? "";

async function look(wire: LineExchange) {
  const [state, count, volume] = (await ask(wire, "STATE?")).split(" ");
  return { isBusy: state === "BUSY", count: Number(count), volume: Number(volume) };
}

export default defineDevice({
  kind: "${kind}",
  driverVersion: "0.1.0",
  api: 1,
  capability: "${kind}", // what protocols ask for
  title: { en: "${kind}", ja: "${kind}" },
  provenance: { manual: "title and pages of the manual", metHardware: false },
  config: z.strictObject({}),

  async connect(stream, _config, { linkClock }) {
    const wire = createLineExchange(stream, { linkClock, terminator: "\\r\\n" });
    const [, serial = null, firmware = null] = (await ask(wire, "ID?")).split(" ");
    return { wire, serial, firmware };
  },
  identify: ({ serial, firmware }) => ({ serial, firmware }),
  async halt({ wire }) {
    await ask(wire, "HALT");
  },

  operations: {
    dispense: {
      title: "Push liquid out",
      version: "1.0.0",
      params: { volume: quantity("uL", { min: 1, max: 500 }) },
      result: { delivered: quantity("uL") },
      duration: { typicalMs: 1_000, maxMs: 60_000 },
      // Read before anything moves: what will later tell whether it did.
      async before({ wire }) {
        const { isBusy, count } = await look(wire);
        if (isBusy) throw faults.busy();
        return { count };
      },
      async run({ wire }, { volume }, { done, labClock, signal }) {
        const answer = await ask(wire, \`DISPENSE \${volume.value}\`);
        if (answer !== "OK") throw faults.refused({ answer });
        while ((await look(wire)).isBusy) await sleep(labClock, 200, signal);
        return done({ delivered: { value: (await look(wire)).volume, unit: "uL" } });
      },
      // After a crash: did it take place? This moves nothing.
      async probe({ wire }, _params, before, { done }) {
        const seen = await look(wire);
        if (seen.count === before["count"]) return { outcome: "not-happened", decisive: true, evidence: seen };
        if (seen.isBusy) return { outcome: "unknown", decisive: false, evidence: seen };
        const ending = done({ delivered: { value: seen.volume, unit: "uL" } });
        return { outcome: "happened", decisive: true, evidence: seen, ending };
      },
    },
  },
});
`;

/** Returns the plant of a first driver: the pump that its wire describes. */
export const firstPlant = (kind: string) => `import { createLineReader, createStreamPair } from "@labloop/driver";
import { definePlant } from "@labloop/driver/conformance";

/** Your instrument as its manual describes it: what the driver is tested against. */
export default definePlant({
  open({ labClock, linkClock }) {
    let [count, volume, target, busyUntil] = [0, 0, 0, 0];
    const settle = () => {
      if (target > 0 && labClock.now() >= busyUntil) [volume, target] = [target, 0];
    };

    function answer(line: string): string {
      settle();
      const [word, wanted] = line.split(" ");
      if (line === "ID?") return "${kind} SN-1 1.0";
      if (line === "STATE?") return \`\${target > 0 ? "BUSY" : "IDLE"} \${count} \${volume}\`;
      if (line === "HALT") target = 0;
      else if (word !== "DISPENSE" || target > 0) return "ERROR";
      else [count, volume, target, busyUntil] = [count + 1, 0, Number(wanted), labClock.now() + 1_000];
      return "OK";
    }

    return {
      openWire() {
        const [near, far] = createStreamPair(linkClock);
        createLineReader(far, { terminator: "\\r\\n" }).onLine((line) => {
          if (far.isOpen) far.write(Buffer.from(\`\${answer(line)}\\r\\n\`));
        });
        return near;
      },
      acts: () => count,
    };
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
  assert.deepEqual(open.map(({ id, detail, fix }) => ({ id, detail, fix })), []);
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
