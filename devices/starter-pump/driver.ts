import { connectLines, defineDevice, defineFaults, type LineSession, quantity } from "@labloop/driver";
import { LIMITS, TERMINATOR as terminator } from "./wire.ts";

const faults = defineFaults("pump", {
  busy: { answer: "BUSY", message: "a dose is still running", hint: "wait for its end, or stop it", physical: "none" },
  range: { answer: "RANGE", message: "the pump cannot do {asked}", hint: "see README.md", physical: "none" },
});

const look = ({ ask }: LineSession) => ask("STATE?", "{word:NONE|RUN|DONE|STOPPED} {count:integer} {seconds:number}");

/** The simulated dosing pump of a first lab; see README.md. */
export default defineDevice({
  kind: "starter-pump",
  driverVersion: "1.0.0",
  capability: "dosing-pump",
  title: { en: "Dosing pump of a first lab (simulated)", ja: "最初の実験室の送液ポンプ（シミュレーション）" },
  manual: "README.md: it stands for no product",
  faults,

  connect: connectLines({ terminator, identify: { ask: "ID?", answer: "STARTER-PUMP {firmware} {serial}" }, faults }),
  halt: ({ ask }) => ask("STOP", "OK {dose}"),

  operations: {
    dose: {
      title: "Turn the pump head at a speed for a time",
      params: { speed: quantity("rpm", LIMITS.rpm), time: quantity("s", LIMITS.s) },
      /** By the pump's own clock, and by what that makes at the speed it was set to. */
      result: { ran: quantity("s"), turns: quantity("1") },
      duration: { typicalMs: 5_000, maxMs: 120_000, byParams: { baseMs: 500, terms: [{ ms: 1_000, of: ["time"] }] } },
      start: ({ ask }, { speed, time }) => ask(`DOSE ${speed.value} ${time.value}`, "OK {dose}"),
      probe: {
        rises: "begin",
        async state(session) {
          const { word, ...seen } = await look(session);
          return { ...seen, isBusy: word === "RUN", isWhole: word === "DONE" };
        },
      },
      async finish(session, { speed }, { done }) {
        const { seconds } = await look(session);
        const turns = (speed.value * seconds) / 60;
        return done({ ran: { value: seconds, unit: "s" }, turns: { value: turns, unit: "1" } });
      },
      stop: ({ ask }) => ask("STOP", "OK {dose}"),
    },
  },
});
