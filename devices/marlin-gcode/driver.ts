import { LabError, type Values } from "@labloop/contracts";
import { defineDevice, type Ending, type Evidence, type Finding, type OperationContext } from "@labloop/driver";
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

/** A fused-filament printer with Marlin firmware, printing files that lie on its own card. */
export default defineDevice<MarlinConfig, Printer>({
  kind: "marlin-gcode",
  driverVersion: "0.1.0",
  capability: "fdm-printer",
  title: { en: "3D printer (Marlin)", ja: "3Dプリンター（Marlin）" },
  provenance: { manual: "Marlin 2.1 G-code reference and source, see README.md", metHardware: false },
  config: MarlinConfig,
  async connect(stream, config, context) {
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
      params: {
        file: {
          type: "string",
          // The characters of DOS 8.3 names that mean nothing else in G-code; Marlin prints only *.G*.
          pattern: "^[A-Za-z0-9_~-]{1,8}\\.[Gg][A-Za-z0-9]{0,2}$",
          description: "8.3 name of a file in the root folder of the card",
        },
      },
      result: { file: { type: "string" }, elapsed: { type: "quantity", unit: "s", minimum: 0 } },
      duration: { typicalMs: 45 * 60_000, maxMs: 4 * 3_600_000 },
      baseline: takeBaseline,
      start,
      watch,
      probe,
    },
  },
});

async function takeBaseline({ session }: Printer, params: Values, context: OperationContext): Promise<Evidence> {
  const { file } = PrintParams.parse(params);
  // M23 would silently abort a print under way (CardReader::openFileRead), so the printer must be known to be idle.
  const { prints, finished, failed } = await readCounters(session);
  if ((await isPrinting(session)) || prints > finished + failed) {
    throw new LabError("printer.busy", `${context.deviceId} is printing or paused; ${file} was not started`, {
      hint: "wait for the end of that print, or abort it at the printer",
    });
  }
  // Boards without a card-detect switch mount the card only when told to.
  await session.command("M21");
  const replies = await session.command(`M23 ${file}`);
  const opened = find(replies, "fileOpened");
  if (opened === undefined || !isSameFile(opened.file, file) || find(replies, "fileSelected") === undefined) {
    throw new LabError("printer.noFile", `${context.deviceId} cannot open ${file} on its card`, {
      hint: "put the file on the card under exactly this 8.3 name, and check that the card is in",
    });
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

async function watch(
  printer: Printer,
  _params: Values,
  evidence: Evidence,
  context: OperationContext,
): Promise<Ending> {
  const { session, config } = printer;
  const baseline = BaselineEvidence.parse(evidence);
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
          return finishedEnding(baseline, seen, seconds);
        }
        case "failed":
          await session.command("M27 S0");
          return failedEnding("partial", "printer.aborted", `the print of ${baseline.file} was aborted`, seen);
        case "notStarted":
          return failedEnding("none", "printer.didNotStart", `M24 was taken, but ${baseline.file} did not begin`, seen);
        case "unclear":
          throw new LabError("printer.unclear", `the printer's counters do not fit one print of ${baseline.file}`);
      }
    }
  } finally {
    stopListening();
  }
}

async function probe({ session }: Printer, _params: Values, evidence: Evidence): Promise<Finding> {
  const baseline = BaselineEvidence.parse(evidence);
  const seen = await look(session);
  const found: Evidence = { ...seen };
  switch (judgePrint(baseline, seen)) {
    case "notStarted":
      return { outcome: "not-happened", decisive: true, evidence: found };
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
      const ending = finishedEnding(baseline, seen, seconds);
      return { outcome: "happened", decisive: true, evidence: found, ending, isWhole: true };
    }
  }
}

// The counters survive a restart of the printer, the stopwatch does not; an invented time would be worse than a question.
const timeLost =
  "printed to its end, but the printer restarted since and lost how long it took; enter the time by hand";

function finishedEnding({ file }: PrintBaseline, seen: Sighting, seconds: number): Ending {
  return {
    state: "succeeded",
    result: { file, elapsed: { value: seconds, unit: "s" } },
    executed: { file },
    evidence: { ...seen },
  };
}

function failedEnding(physical: "none" | "partial", code: string, message: string, seen: Sighting): Ending {
  return { state: "failed", physical, error: { code, message, class: "instrument" }, evidence: { ...seen } };
}

const PrintParams = z.object({ file: z.string() });
const BaselineEvidence = z.object({ file: z.string(), prints: z.int(), finished: z.int(), failed: z.int() });
