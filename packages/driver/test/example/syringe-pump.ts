import { connectLines, defineDevice, defineFaults, quantity } from "../../src/index.ts";

const faults = defineFaults("pump", {
  busy: { answer: "BUSY", message: "it is pushing already", hint: "look at its display", physical: "none" },
});

export default defineDevice({
  kind: "example-syringe-pump",
  capability: "syringe-pump",
  title: { en: "Syringe pump", ja: "シリンジポンプ" },
  manual: "syringe-pump-plant.ts",
  faults,
  connect: connectLines({ terminator: "\n", identify: { ask: "ID?", answer: "PUMP {firmware} {serial}" }, faults }),
  halt: ({ ask }) => ask("HALT", "OK"),
  calibration: { values: ["dispense.delivered"], everyDays: 30, method: "weighing ten doses of water" },
  operations: {
    dispense: {
      title: "Push liquid out",
      params: { volume: quantity("uL", { min: 1, max: 500 }), rate: quantity("uL/s", { min: 1, max: 50 }) },
      result: { delivered: quantity("uL") },
      duration: { typicalMs: 20_000, maxMs: 600_000 },
      start: ({ ask }, { volume, rate }) => ask(`PUSH ${volume.value} ${rate.value}`, "OK"),
      probe: {
        rises: "begin",
        async state({ ask }) {
          const { motion, count, moved, target } = await ask(
            "PUSH?",
            "{motion:MOVING|STILL} {count:integer} {moved:number} {target:number}",
          );
          return { isBusy: motion === "MOVING", count, isWhole: moved === target };
        },
      },
      async finish({ ask }, _params, { done }) {
        const { value } = await ask("MOVED?", "{value:number}");
        return done({ delivered: { value, unit: "uL" } });
      },
      stop: ({ ask }) => ask("HALT", "OK"),
    },
  },
});
