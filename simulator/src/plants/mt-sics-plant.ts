import type { Cancel, Json } from "@labloop/contracts";
import { encodeText, encodeWeight, TERMINATOR } from "@labloop/device-mettler-toledo-mt-sics/wire";
import { type ByteStream, createLineReader } from "@labloop/driver";
import type { Plant, PlantWorld } from "../world/plant-world.ts";
import { settlingMsOf } from "./settling-ms.ts";

export interface MtSicsPlantOptions {
  readonly serial?: string;
  /** Readability in g, default 0.01. */
  readonly resolutionG?: number;
  /** Default 4,200. */
  readonly capacityG?: number;
  /** False while something keeps the pan from coming to rest: a draught, an open door. For tests. */
  readonly doesSettle?: () => boolean;
}

/** How long this balance looks for a stable weight before it says so: chosen; the manual gives no figure. */
const STABILITY_TIMEOUT_MS = 40_000;

/** What level each command of this balance belongs to, as `I0` lists them. */
const COMMANDS: readonly (readonly [level: number, name: string])[] = [
  [0, "@"],
  [0, "I0"],
  [0, "I1"],
  [0, "I2"],
  [0, "I3"],
  [0, "I4"],
  [0, "S"],
  [0, "SI"],
  [0, "Z"],
  [1, "T"],
  [1, "TA"],
  [1, "TAC"],
];

interface BalanceMemory {
  /** What the cell carried when it was last zeroed, in g. */
  readonly zero: number;
  readonly tare: number;
}

/** A balance that speaks MT-SICS and weighs the finished part which stands at its own place. */
export function createMtSicsPlant(world: PlantWorld, options: MtSicsPlantOptions = {}): Plant {
  const { serial = "B000000001", resolutionG = 0.01, capacityG = 4_200, doesSettle = () => true } = options;
  const { clock, physics } = world;
  const decimals = Math.max(0, Math.round(-Math.log10(resolutionG)));

  const memory = (): BalanceMemory => readMemory(world.memory());
  const remember = (change: Partial<BalanceMemory>) => world.commit({ memory: { ...memory(), ...change } });

  const partOnPan = () => {
    const part = world.partAt(world.deviceId);
    return part === null || part.readyAt > clock.now() ? null : part;
  };
  const load = () => {
    const part = partOnPan();
    return part === null ? 0 : physics.mass(part);
  };
  const print = (grams: number) => {
    const steps = Math.round(grams / resolutionG);
    return (steps === 0 ? 0 : steps * resolutionG).toFixed(decimals);
  };

  const answerWeight = (id: "S" | "T", status: "S" | "D"): string => {
    const { zero, tare } = memory();
    const gross = load() - zero;
    if (gross > capacityG) return `${id} +`;
    if (id === "S") return encodeWeight("S", status, print(gross - tare), "g");
    remember({ tare: gross });
    return encodeWeight("T", "S", print(gross), "g");
  };

  return {
    attach(stream: ByteStream) {
      let stopSettling: Cancel | null = null;
      const say = (line: string) => {
        if (stream.isOpen) stream.write(Buffer.from(line + TERMINATOR, "latin1"));
      };

      /** Waits until one and the same load has lain still for its time, then says what `stable` returns. */
      const settle = (id: string, stable: () => string) => {
        if (stopSettling !== null) {
          say(`${id} I`);
          return;
        }
        const giveUpAt = clock.now() + STABILITY_TIMEOUT_MS;
        const finish = (line: string) => {
          stopSettling = null;
          say(line);
        };
        const wait = () => {
          const partId = partOnPan()?.id;
          const stillAt = clock.now() + settlingMsOf(partId ?? "");
          if (!doesSettle() || stillAt > giveUpAt) {
            stopSettling = clock.at(giveUpAt, () => finish(`${id} I`));
            return;
          }
          stopSettling = clock.at(stillAt, () => (partOnPan()?.id === partId ? finish(stable()) : wait()));
        };
        wait();
      };
      const cancel = () => {
        stopSettling?.();
        stopSettling = null;
      };

      const obey = (line: string) => {
        switch (line) {
          case "@":
            cancel();
            say(encodeText("I4", [serial]));
            return;
          case "I0":
            COMMANDS.forEach(([level, name], index) => {
              say(`I0 ${index === COMMANDS.length - 1 ? "A" : "B"} ${level} "${name}"`);
            });
            return;
          case "I1":
            say(encodeText("I1", ["01", "2.30", "2.22", "", ""]));
            return;
          case "I2":
            say(encodeText("I2", [`MS4002TS Standard ${capacityG.toFixed(decimals)} g`]));
            return;
          case "I3":
            say(encodeText("I3", ["2.00 0.0.0.0"]));
            return;
          case "I4":
            say(encodeText("I4", [serial]));
            return;
          case "S":
            settle("S", () => answerWeight("S", "S"));
            return;
          case "SI":
            say(answerWeight("S", stopSettling === null ? "S" : "D"));
            return;
          case "Z":
            settle("Z", () => {
              remember({ zero: load(), tare: 0 });
              return "Z A";
            });
            return;
          case "T":
            settle("T", () => answerWeight("T", "S"));
            return;
          case "TA":
            say(encodeWeight("TA", "A", print(memory().tare), "g"));
            return;
          case "TAC":
            remember({ tare: 0 });
            say("TAC A");
            return;
          default:
            say("ES");
        }
      };

      createLineReader(stream, { terminator: TERMINATOR }).onLine(obey);
      stream.onClose(cancel);
    },
  };
}

function readMemory(stored: Json | null): BalanceMemory {
  const found = stored !== null && typeof stored === "object" && !Array.isArray(stored) ? stored : {};
  const gramsIn = (key: string) => (typeof found[key] === "number" ? found[key] : 0);
  return { zero: gramsIn("zero"), tare: gramsIn("tare") };
}
