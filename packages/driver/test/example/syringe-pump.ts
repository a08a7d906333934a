import { sleep } from "@labloop/contracts";
import * as z from "zod";
import { createLineExchange, defineDevice, defineFaults, quantity } from "../../src/index.ts";

const faults = defineFaults("pump", {
  refused: { message: "asked to push, the pump said {answer}", hint: "look at its display", physical: "none" },
});

export default defineDevice({
  kind: "example-syringe-pump",
  driverVersion: "1.0.0",
  capability: "syringe-pump",
  title: { en: "Syringe pump", ja: "シリンジポンプ" },
  provenance: { manual: "syringe-pump-plant.ts", metHardware: false },
  config: z.strictObject({ answerMs: z.int().default(1_000).describe("Longest wait for an answer, in ms") }),
  faults,
  async connect(stream, { answerMs }, { linkClock, labClock }) {
    const exchange = createLineExchange(stream, { linkClock, terminator: "\n" });
    const ask = async (line: string) => (await exchange.ask(line, { timeoutMs: answerMs }))[0] ?? "";
    const [, firmware = null, serial = null] = (await ask("ID?")).split(" ");
    const odometer = async (signal: AbortSignal): Promise<number> => {
      const [total, state] = (await ask("TOTAL?")).split(" ");
      if (state === "MOVING") return sleep(labClock, 200, signal).then(() => odometer(signal));
      return Number(total);
    };
    return { ask, odometer, firmware, serial };
  },
  identify: ({ firmware, serial }) => ({ firmware, serial }),
  halt: async ({ ask }) => void (await ask("HALT")),
  calibration: { values: ["dispense.delivered"], everyDays: 30, method: "weighing ten doses of water" },
  operations: {
    dispense: {
      title: "Push liquid out",
      version: "1.0.0",
      params: { volume: quantity("uL", { min: 1, max: 500 }), rate: quantity("uL/s", { min: 1, max: 50 }) },
      result: { delivered: quantity("uL") },
      duration: { typicalMs: 20_000, maxMs: 600_000 },
      before: async ({ odometer }, _params, { signal }) => ({ total: await odometer(signal) }),
      async run({ ask, odometer }, { volume, rate }, { before, done, signal }) {
        const answer = await ask(`PUSH ${volume.value} ${rate.value}`);
        if (answer !== "OK") throw faults.refused({ answer });
        const value = (await odometer(signal)) - Number(before["total"]);
        return done({ delivered: { value, unit: "uL" } });
      },
      async probe({ odometer }, { volume }, before, { done, signal }) {
        const value = (await odometer(signal)) - Number(before["total"]);
        const found = { decisive: true, evidence: { delivered: value } } as const;
        if (value < volume.value) return { ...found, outcome: value === 0 ? "not-happened" : "partial" };
        return { ...found, outcome: "happened", isWhole: true, ending: done({ delivered: { value, unit: "uL" } }) };
      },
    },
  },
});
