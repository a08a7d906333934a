import { LabError, sleep } from "@labloop/contracts";
import {
  type ContextFor,
  defineDevice,
  defineFaults,
  type Done,
  type Evidence,
  type Failed,
  type Found,
  quantity,
  series,
  type ValuesOf,
} from "@labloop/driver";
import { EsmConfig } from "./config.ts";
import { judgeStroke } from "./judge.ts";
import { curveOf, readingsOf, type Stroke, storedLoads, strokeMs, strokeOf, strokeParams } from "./stroke.ts";
import { createTesterLink, type TesterLink } from "./tester-link.ts";
import { encodeCycles, encodeGaugeCommands, encodeLimit, encodeSpeed } from "./wire.ts";

interface Session {
  readonly link: TesterLink;
  readonly config: EsmConfig;
  readonly serial: string | null;
  readonly firmware: string | null;
}

const compress = {
  params: strokeParams,
  result: {
    load: series("N", { description: "On the way down, compression positive" }),
    travel: series("mm", { description: "Down from home" }),
    peak: quantity("N"),
  },
};
type Params = ValuesOf<typeof compress.params>;
type Result = ValuesOf<typeof compress.result>;
type Context = ContextFor<typeof compress>;

const faults = defineFaults("tester", {
  tooManyReadings: {
    message: "this stroke yields {count} readings and the gauge's memory holds {memory}",
    hint: "a higher speed, a shorter travel, or fewer readings per second",
    physical: "none",
  },
  notAtHome: {
    message: "the crosshead is {motion} at {travelMm} mm, not at rest at 0 mm",
    hint: "clear the platens and bring the crosshead to travel 0.00 at the panel",
    physical: "none",
  },
  witnessesNotWiped: {
    message: "after wiping, {cycles} cycles and {stored} readings were left",
    physical: "none",
  },
  didNotStart: { message: "no cycle counted, no load stored", physical: "none" },
  brokenOff: { message: "the crosshead stands at {travelMm} mm with its cycle unfinished", physical: "partial" },
  readingsLost: {
    message: "the part was crushed but its readings are lost: the gauge stored {stored} of {needed}",
    physical: "full",
  },
  overload: {
    message: "the part was crushed but its load left the gauge's range: {peakN} N of {capacityN} N",
    physical: "full",
  },
});

/** A Mark-10 ESM test stand with a Series 7 gauge or Model 7i indicator, which crushes the part between its platens. */
export default defineDevice({
  kind: "mark10-esm",
  driverVersion: "0.1.0",
  capability: "compression-tester",
  title: { en: "Mark-10 ESM test stand with force gauge", ja: "Mark-10 ESM 計測スタンド・フォースゲージ" },
  manual:
    "Mark-10 User's Guide, Models ESM303 & ESM303H Test Stands, section 6; User's Guide, Series 7 Digital Force Gauges, " +
    "section 14.6",
  config: EsmConfig,
  faults,

  async connect(stream, config, { linkClock }): Promise<Session> {
    const link = createTesterLink(stream, linkClock, config.answerMs);
    // Ends a gauge command and closes the gauge's channel, should an earlier session have died in the middle of one.
    await link.tell("\r\\");
    // What the gauge streams by itself comes before this has taken hold, and is dropped with the first answer.
    await link.gauge(["AOUT0"]);
    const { answers, settings } = await link.gauge(["RS"]);
    await link.status();
    return { link, config, serial: answers[0]?.trim() ?? null, firmware: settings[0] ?? null };
  },

  async halt({ link }) {
    await link.tell("s");
    // The stand takes bytes in order: an answer to this one means that it has taken the stop.
    await link.status();
  },

  operations: {
    compress: {
      title: "Crush the part on the platen in one stroke",
      version: "1.0.0",
      ...compress,
      // Down and back at one speed in mm/min, and a few seconds of setting up and of reading the gauge's memory.
      duration: {
        typicalMs: 180_000,
        maxMs: 1_800_000,
        byParams: { baseMs: 5_000, terms: [{ ms: 2 * 60_000, of: ["travel"], per: ["speed"] }] },
      },
      baseline: ({ link, config }, params) => wipeWitnesses(link, config, strokeOf(params)),
      start: ({ link }, params, { signal }) => begin(link, strokeOf(params), signal),
      watch: ({ link, config }, params, context) => follow(link, config, strokeOf(params), context),
      probe: ({ link, config }, params, context) => find(link, config, strokeOf(params), context),
    },
  },
});

/**
 * Wipes what will bear witness: the counter of cycles and the gauge's memory; neither is matter.
 *
 * The counter is set to 0, not merely read, because the manual does not say whether it goes on from one sequence to the
 * next or starts anew; from 0 both come to 1.
 */
async function wipeWitnesses(link: TesterLink, config: EsmConfig, stroke: Stroke): Promise<Evidence> {
  const count = readingsOf(stroke, config);
  if (count > config.memoryReadings) {
    throw faults.tooManyReadings({ count, memory: config.memoryReadings });
  }
  await link.tell("i");
  const status = await link.status();
  const travelMm = await link.number("x");
  if (status.motion !== "stopped" || Math.abs(travelMm) > config.homeToleranceMm) {
    throw faults.notAtHome({ motion: status.motion, travelMm });
  }
  await link.tell("t");
  const cycles = await link.number("q");
  await link.gauge(["C0", "N", "CUR", "FULL", "IPOL0", "OPOL0", "MITD", "Z", "CLRMEM"]);
  const { answers, settings } = await link.gauge(["MEM"]);
  const stored = storedLoads(answers).length;
  if (cycles !== 0 || stored !== 0) {
    throw faults.witnessesNotWiped({ cycles, stored });
  }
  return { cycles, storedReadings: stored, travelMm, gaugeSettings: settings.join(";") };
}

/** Sets up one cycle between home and the depth asked for, makes sure that it was understood, and sets it off. */
async function begin(link: TesterLink, { travelMm, speedMmPerMin }: Stroke, signal: AbortSignal): Promise<void> {
  await link.tell(
    `i${encodeSpeed(speedMmPerMin)}${encodeLimit("h", 0)}${encodeLimit("g", -travelMm)}c${encodeCycles(1)}`,
  );
  const understood = [
    await link.number("a"),
    await link.number("v"),
    await link.number("w"),
    await link.number("r"),
  ] as const;
  const wanted = [speedMmPerMin, 0, -travelMm, 1] as const;
  const { mode } = await link.status();
  if (mode !== "cycle" || wanted.some((value, index) => Math.abs(value - (understood[index] ?? 0)) > 0.001)) {
    const said = `speed ${understood[0]}, limits ${understood[1]} and ${understood[2]}, cycles ${understood[3]}`;
    throw new LabError("tester.notSetUp", `the stand took something else than was sent: ${said}, ${mode} mode`, {
      hint: "is PC control switched on, and are Auto Return and Cycling off at the panel?",
    });
  }
  // A halt that came between these questions has gone out before the start, and would not stop it.
  signal.throwIfAborted();
  // One write, so that the gauge's first reading and the first step down are as close together as the wire allows.
  await link.tell(`${encodeGaugeCommands(["S0"])}d`);
  // The stand takes bytes in order: an answer to this one means that it has taken the one before.
  await link.status();
}

async function follow(link: TesterLink, config: EsmConfig, stroke: Stroke, context: Context): Promise<End> {
  const wholeMs = 2 * strokeMs(stroke);
  for (;;) {
    const judgement = await judgeStroke(link, config, context);
    const { evidence } = judgement;
    switch (judgement.verdict) {
      case "done":
        return endOf(judgement.loads, stroke, config, evidence, context);
      case "not-begun":
        throw faults.didNotStart({}, evidence);
      case "broken-off":
        throw faults.brokenOff({ travelMm: judgement.travelMm }, evidence);
      case "unclear":
        throw new LabError("tester.unclear", judgement.why);
      case "running": {
        const depthMm = Math.min(stroke.travelMm, Math.max(0, -judgement.travelMm));
        const toGoMm = judgement.motion === "down" ? 2 * stroke.travelMm - depthMm : depthMm;
        const toGoMs = (toGoMm / stroke.speedMmPerMin) * 60_000;
        context.progress(Math.min(1, Math.max(0, 1 - toGoMs / wholeMs)));
        await sleep(context.labClock, Math.max(config.pollMs, toGoMs / 2), context.signal);
      }
    }
  }
}

async function find(
  link: TesterLink,
  config: EsmConfig,
  stroke: Stroke,
  context: Context,
): Promise<Found<Params, Result>> {
  const judgement = await judgeStroke(link, config, context);
  const { evidence } = judgement;
  switch (judgement.verdict) {
    case "done": {
      const ending = endOf(judgement.loads, stroke, config, evidence, context);
      // The stand counts a cycle once it is complete.
      return { outcome: "happened", decisive: true, evidence, ending, isWhole: true };
    }
    case "running":
      return { outcome: "running", decisive: true, evidence };
    case "not-begun":
      return { outcome: "not-happened", decisive: true, evidence: { ...evidence, why: faults.didNotStart().message } };
    case "broken-off": {
      const why = faults.brokenOff({ travelMm: judgement.travelMm }).message;
      return { outcome: "partial", decisive: true, evidence: { ...evidence, why } };
    }
    case "unclear":
      return { outcome: "unknown", decisive: false, evidence: { ...evidence, why: judgement.why } };
  }
}

type End = Done<Params, Result> | Failed;

/** The end of a stroke that took place, from the gauge's memory: the one way to the curve, in time or after a crash. */
function endOf(
  loads: readonly number[],
  stroke: Stroke,
  config: EsmConfig,
  evidence: Evidence,
  { done }: Context,
): End {
  const curve = curveOf(loads, stroke, config);
  if (curve === null) {
    return faults.readingsLost({ stored: loads.length, needed: readingsOf(stroke, config) }, evidence).ending;
  }
  const peakN = curve.loadN.reduce((peak, load) => Math.max(peak, load), 0);
  if (peakN >= config.capacityN) return faults.overload({ peakN, capacityN: config.capacityN }, evidence).ending;
  return done(
    {
      load: { values: curve.loadN, unit: "N" },
      travel: { values: curve.travelMm, unit: "mm" },
      peak: { value: peakN, unit: "N" },
    },
    {
      executed: {
        travel: { value: stroke.travelMm, unit: "mm" },
        speed: { value: stroke.speedMmPerMin, unit: "mm/min" },
      },
      evidence,
    },
  );
}
