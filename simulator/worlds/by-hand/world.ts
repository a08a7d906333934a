import type { StepAnswer } from "@labloop/contracts";
import { randomStream } from "@labloop/clock";

/** What a person was asked to do, as far as this world looks at it. */
interface Ask {
  readonly op: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly commandId: string;
}

/** Stated, not measured: a hill with its top at 6.4 mL and 75 s, read off to a whole millimetre. */
function heightOf({ soap = 0, stirring = 0 }: Ask["parameters"], chance: () => number): number {
  const hill = 120 * Math.exp(-(((soap - 6.4) / 3.2) ** 2) - ((stirring - 75) / 45) ** 2);
  return Math.max(0, Math.round(hill + 4 * (chance() - 0.5)));
}

/** A bench without an instrument, and somebody who does what is asked: now and then a little late, and once in twenty not at all. */
export default {
  async open({ seed }: { readonly seed: number }) {
    return {
      openWire: () => Promise.reject(new Error("nothing at this bench has a wire")),
      addresses: () => ({}),
      compareWithRandom: () => ({ ok: false as const, reason: "nobody has measured this bench's best" }),
      randomBand: () => null,
      close: () => Promise.resolve(),
      answer({ op, parameters, commandId }: Ask): { afterMs: number; answer: StepAnswer } {
        const chance = randomStream(seed, `by-hand/${commandId}`);
        const afterMs = Math.round(60_000 * (1 + 3 * chance()));
        if (chance() < 0.05) return { afterMs, answer: { as: "not-done", reason: "the phone rang" } };
        if (op === "measure") {
          return {
            afterMs,
            answer: { as: "done", result: { height: { value: heightOf(parameters, chance), unit: "mm" } } },
          };
        }
        const label = `CYL-${String(Math.floor(chance() * 1_000)).padStart(3, "0")}`;
        return { afterMs, answer: { as: "done", result: { cylinder: label } } };
      },
    };
  },
  /** This world keeps nothing: who is asked again answers again. */
  lastAt: () => null,
};
