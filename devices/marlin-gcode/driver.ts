import { LabError } from "@labloop/contracts";
import {
  type ContextFor,
  defineDevice,
  defineFaults,
  type Done,
  type Evidence,
  type Found,
  quantity,
  text,
  type ValuesOf,
} from "@labloop/driver";
import * as z from "zod";
import { find, isPrinting, look, readCounters, readPrintTime } from "./questions.ts";
import { openPrinter, type PrinterSession } from "./session.ts";
import { untilNews } from "./until-news.ts";
import { isSameFile, judgePrint, type PrintBaseline, type Sighting } from "./verdict.ts";

/** What the lab file says of one printer. */
export const MarlinConfig = z.strictObject({
  autoReportS: z
    .int()
    .min(1)
    .max(60)
    .default(10)
    .describe("How often the printer reports its progress, in seconds of lab time; the firmware allows 1 to 60"),
  answerTimeoutS: z
    .number()
    .positive()
    .default(10)
    .describe("How long an answer may take without a sign of life, in real seconds"),
  uuid: z.string().optional().describe("MACHINE_UUID of the printer meant here: another one on the line is refused"),
});
export type MarlinConfig = z.infer<typeof MarlinConfig>;

interface Printer {
  readonly session: PrinterSession;
  readonly config: MarlinConfig;
}

const print = {
  params: {
    file: text({
      // The characters of DOS 8.3 names that mean nothing else in G-code; Marlin prints only *.G*.
      pattern: /^[A-Za-z0-9_~-]{1,8}\.[Gg][A-Za-z0-9]{0,2}$/,
      description: "8.3 name of a file in the root folder of the card",
    }),
  },
  result: { file: text(), elapsed: quantity("s", { min: 0 }) },
};
type Print = ValuesOf<typeof print.params>;
type Printed = ValuesOf<typeof print.result>;
type PrintContext = ContextFor<typeof print>;

const faults = defineFaults("printer", {
  busy: {
    message: "{device} is printing or paused; {file} was not started",
    hint: "wait for the end of that print, or abort it at the printer",
    physical: "none",
  },
  noFile: {
    message: "{device} cannot open {file} on its card",
    hint: "put the file on the card under exactly this 8.3 name, and check that the card is in",
    physical: "none",
  },
  didNotStart: { message: "M24 was taken, but {file} did not begin", physical: "none" },
  aborted: { message: "the print of {file} was aborted", physical: "partial" },
});

/** A fused-filament printer with Marlin firmware, printing files that lie on its own card. */
export default defineDevice({
  kind: "marlin-gcode",
  driverVersion: "0.1.0",
  capability: "fdm-printer",
  title: { en: "3D printer (Marlin)", ja: "3Dプリンター（Marlin）" },
  manual: "Marlin 2.1 G-code reference and source, see README.md",
  config: MarlinConfig,
  faults,
  async connect(stream, config, context): Promise<Printer> {
    const session = await openPrinter(stream, config.answerTimeoutS * 1000, context);
    if (config.uuid !== undefined && session.uuid !== config.uuid) {
      throw new LabError(
        "printer.wrongPrinter",
        `${context.deviceId}: the printer on this line is ${session.uuid}, the lab file means ${config.uuid}`,
        { hint: "check the address, or write this printer's UUID into the lab file" },
      );
    }
    // Without counters nothing could later tell whether a print took place.
    await readCounters(session);
    return { session, config };
  },
  identify: ({ session }) => ({ serial: session.uuid, firmware: session.firmware }),
  // M112 would be quicker and kill the firmware, whose counters are the only evidence of what became of the print.
  async halt({ session }) {
    await session.command("M524");
  },
  operations: {
    print: {
      title: "Print a file from the printer's card",
      version: "1.0.0",
      ...print,
      duration: { typicalMs: 45 * 60_000, maxMs: 4 * 3_600_000 },
      baseline: takeBaseline,
      start,
      watch,
      probe,
    },
  },
});

async function takeBaseline({ session }: Printer, { file }: Print, { deviceId }: PrintContext): Promise<Evidence> {
  // M23 would silently abort a print under way (CardReader::openFileRead), so the printer must be known to be idle.
  const { prints, finished, failed } = await readCounters(session);
  if ((await isPrinting(session)) || prints > finished + failed) {
    throw faults.busy({ device: deviceId, file });
  }
  // Boards without a card-detect switch mount the card only when told to.
  await session.command("M21");
  const replies = await session.command(`M23 ${file}`);
  const opened = find(replies, "fileOpened");
  if (opened === undefined || !isSameFile(opened.file, file) || find(replies, "fileSelected") === undefined) {
    throw faults.noFile({ device: deviceId, file });
  }
  return { ...({ file, prints, finished, failed } satisfies PrintBaseline), bytes: opened.bytes };
}

async function start({ session }: Printer): Promise<void> {
  const replies = await session.command("M24");
  const refusal = find(replies, "error") ?? find(replies, "unknownCommand");
  if (refusal !== undefined) {
    throw new LabError("printer.refused", `the printer answered M24 with ${JSON.stringify(refusal)}`);
  }
}

async function watch({ session, config }: Printer, _params: Print, context: PrintContext) {
  const baseline = BaselineEvidence.parse(context.baseline);
  // The printer says once that it is done; it may say so while the questions of `look` are under way.
  let hasSaidDone = false;
  const stopListening = session.onReply((reply) => {
    if (reply.kind === "donePrinting") hasSaidDone = true;
  });
  try {
    await session.command(`M27 S${config.autoReportS}`);
    for (;;) {
      hasSaidDone = false;
      const seen = await look(session);
      switch (judgePrint(baseline, seen)) {
        case "running":
          // Three reports missed: ask, since the reports may have been left out of this build.
          if (!hasSaidDone) await untilNews(session, 3 * config.autoReportS * 1000, context);
          break;
        case "finished": {
          const seconds = await readPrintTime(session);
          if (seconds === null) throw new LabError("printer.timeLost", `${baseline.file}: ${timeLost}`);
          await session.command("M27 S0");
          return finished(context, baseline, seen, seconds);
        }
        case "failed":
          await session.command("M27 S0");
          throw faults.aborted({ file: baseline.file }, { ...seen });
        case "notStarted":
          throw faults.didNotStart({ file: baseline.file }, { ...seen });
        case "unclear":
          throw new LabError("printer.unclear", `the printer's counters do not fit one print of ${baseline.file}`);
      }
    }
  } finally {
    stopListening();
  }
}

async function probe({ session }: Printer, _params: Print, context: PrintContext): Promise<Found<Print, Printed>> {
  const baseline = BaselineEvidence.parse(context.baseline);
  const seen = await look(session);
  const found: Evidence = { ...seen };
  switch (judgePrint(baseline, seen)) {
    case "notStarted":
      // Starts are counted, and an aborted print as failed: nothing was begun.
      return { outcome: "not-happened", decisive: true, isUnbegun: true, evidence: found };
    case "running":
      return { outcome: "running", decisive: true, evidence: found };
    case "failed":
      return { outcome: "partial", decisive: true, evidence: found };
    case "unclear":
      return { outcome: "unknown", decisive: false, evidence: found };
    case "finished": {
      const seconds = await readPrintTime(session);
      if (seconds === null) return { outcome: "unknown", decisive: false, evidence: { ...found, note: timeLost } };
      // An aborted print counts as failed, so a finished one was not cut short.
      const ending = finished(context, baseline, seen, seconds);
      return { outcome: "happened", decisive: true, evidence: found, ending, isWhole: true };
    }
  }
}

// The counters survive a restart of the printer, the stopwatch does not; an invented time would be worse than a question.
const timeLost =
  "printed to its end, but the printer restarted since and lost how long it took; enter the time by hand";

function finished(
  { done }: PrintContext,
  { file }: PrintBaseline,
  seen: Sighting,
  seconds: number,
): Done<Print, Printed> {
  return done({ file, elapsed: { value: seconds, unit: "s" } }, { executed: { file }, evidence: { ...seen } });
}

const BaselineEvidence = z.object({ file: z.string(), prints: z.int(), finished: z.int(), failed: z.int() });
