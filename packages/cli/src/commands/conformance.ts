import { randomInt } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { wallNow } from "@labloop/clock";
import { LabError, type Value, Values } from "@labloop/contracts";
import { type CheckResult, type Level, runSuite, type SuiteResult } from "@labloop/driver/conformance";
import { parseQuantity } from "@labloop/protocol/units";
import { parse } from "yaml";
import * as z from "zod";
import { badgeOf } from "../conformance/badge.ts";
import { guardProcess } from "../conformance/guard-process.ts";
import { junitOf } from "../conformance/junit.ts";
import { openRemote } from "../conformance/remote-rig.ts";
import { runInProcess } from "../conformance/run-in-process.ts";
import { loadSubject } from "../conformance/subject.ts";
import { fullSoak } from "../conformance/test-driver.ts";
import { conformanceLines, isAtLeast } from "../conformance/table.ts";
import { readTrace, writeTrace } from "../conformance/trace-file.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { type BrokerFlags, readBrokerAccess } from "../lab/broker-access.ts";
import { openLog } from "../log.ts";
import { print, printJson, say } from "../say.ts";
import { shellWord } from "../shell-word.ts";
import { countOf, seedOf } from "./number-of.ts";
import { reportFaults } from "./report-faults.ts";

export interface ConformanceFlags extends BrokerFlags {
  readonly device?: string;
  readonly lab?: string;
  readonly plant?: string;
  readonly config?: string;
  readonly params?: string;
  readonly trace?: string;
  readonly record?: boolean;
  readonly start?: string;
  readonly wire?: string;
  readonly restartCommand?: string;
  readonly countCommand?: string;
  readonly real?: boolean;
  readonly only?: string;
  readonly seed: string;
  /** A number; true for the full one; undefined for what the setting affords. */
  readonly soak?: string | true;
  readonly require?: string;
  readonly junit?: string;
  readonly badge?: string;
  readonly json?: boolean;
}

/** `labloop conformance TARGET`: holds a driver against the contract, and says which badge it has earned. */
export async function conformance(target: string, flags: ConformanceFlags): Promise<ExitCode> {
  const seed = seedOf(flags.seed);
  const wanted = levelOf(flags.require);
  const only = flags.only?.split(",").map((id) => id.trim().toUpperCase());
  const isJson = flags.json === true;
  const onResult = (one: CheckResult) => {
    if (isJson) printJson({ v: 1, type: "check", ...one });
    else if (process.stderr.isTTY) process.stderr.write(`\r${one.id} ${one.verdict}`.padEnd(40));
  };

  const isRecording = flags.record === true;
  let result: SuiteResult;
  let traceFile = flags.trace ?? null;
  if (/^mqtts?:\/\//.test(target)) {
    const recorded = traceFile === null || isRecording ? null : readTrace(traceFile);
    const soak = soakOf(flags.soak, 0);
    result = await overMqtt(target, flags, { seed, only, soak, recorded, isRecording, onResult });
  } else {
    const tested = await guardProcess(async (note) => {
      const loaded = await loadSubject(target, flags);
      if (!loaded.ok) return loaded;
      traceFile ??= loaded.value.traceFile;
      const recorded = isRecording ? null : readTrace(traceFile);
      const soak = soakOf(flags.soak, loaded.value.time === "virtual" ? fullSoak : 0);
      const options = { seed, only, soak, recorded, isRecording, onResult, note };
      return { ok: true as const, value: await runInProcess(loaded.value, options) };
    });
    if (!tested.ok) return reportFaults(tested.faults, isJson);
    result = tested.value;
  }
  if (!isJson && process.stderr.isTTY) process.stderr.write("\r\u001b[K");

  if (isRecording) {
    if (traceFile === null) throw new LabError("usage.noTrace", "--record needs --trace FILE over MQTT");
    if (result.trace === null) say("no trace was played: C9 did not run");
    else {
      writeTrace(traceFile, result.trace);
      say(`recorded ${traceFile}: look at it before you keep it`);
    }
  }
  if (flags.junit !== undefined) writeFileSync(flags.junit, junitOf(result));
  if (flags.badge !== undefined) writeFileSync(flags.badge, badgeOf(result));
  if (isJson) {
    const { results, trace: _, ...rest } = result;
    printJson({ v: 1, type: "conformance", ...rest, failed: results.filter(isFailed).map(({ id }) => id) });
  } else for (const line of conformanceLines(result, againOf(target, flags))) print(line);
  const isGoodEnough = wanted === null || isAtLeast(result.standing.level, wanted);
  return result.results.some(isFailed) || !isGoodEnough ? exitCode.failed : exitCode.done;
}

async function overMqtt(
  url: string,
  flags: ConformanceFlags,
  options: Pick<Parameters<typeof runSuite>[0], "seed" | "only" | "soak" | "recorded" | "isRecording" | "onResult">,
): Promise<SuiteResult> {
  const { device, lab } = flags;
  if (device === undefined || lab === undefined) {
    throw new LabError("usage.whichDevice", "over a broker a device is named by its lab and its id", {
      hint: "add --lab NAME --device ID, as in the topics labloop/v1/NAME/device/ID",
    });
  }
  const remote = await openRemote({
    url,
    lab,
    deviceId: device,
    access: readBrokerAccess(url, flags),
    start: flags.start,
    wire: wireOf(flags),
    restartCommand: flags.restartCommand,
    countCommand: flags.countCommand,
    params: flags.params === undefined ? {} : readParams(flags.params),
    isRealAllowed: flags.real === true,
    jitter: () => randomInt(2 ** 32) / 2 ** 32,
    log: openLog(),
  });
  try {
    return await runSuite({
      ...options,
      openRig: () => remote.openRig(),
      isKept: true,
      now: wallNow,
    });
  } finally {
    await remote.close();
  }
}

function readParams(file: string): Record<string, Values> {
  try {
    const written = z.record(z.string(), Values).parse(parse(readFileSync(file, "utf8")));
    return mapValues(written, (values) => mapValues(values, quantityOf));
  } catch (error) {
    throw new LabError("usage.badParams", `${file} does not hold parameters by operation`, {
      cause: error,
      hint: "dispense: { volume: 50 uL }",
    });
  }
}

/** `300 rpm` is written as in a protocol; what is no number with a unit stays a text. */
function quantityOf(value: Value): Value {
  const read = typeof value === "string" && /\d\s*\D/.test(value) ? parseQuantity(value) : null;
  return read?.ok ? read.value : value;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function isFailed({ verdict }: CheckResult): boolean {
  return verdict === "failed";
}

function wireOf({ wire, start, restartCommand }: ConformanceFlags): { host: string; port: number } | undefined {
  if (start !== undefined && restartCommand !== undefined) {
    throw new LabError("usage.twoStarts", "--start and --restart-command both start the driver", {
      hint: "--start is enough where the driver runs on this machine",
    });
  }
  if (wire === undefined) return undefined;
  const [, host = "", port = ""] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(wire) ?? [];
  if (host !== "" && start !== undefined) return { host, port: Number(port) };
  throw new LabError("usage.badWire", `--wire ${wire}`, {
    hint: "--wire 127.0.0.1:5000, with --start, whose driver connects to localhost:$LABLOOP_WIRE_PORT instead",
  });
}

function soakOf(flag: string | true | undefined, usual: number): number {
  if (flag === undefined) return usual;
  if (flag === true) return fullSoak;
  return flag.trim() === "0" ? 0 : countOf("--soak", flag);
}

function levelOf(text: string | undefined): Level | null {
  if (text === undefined) return null;
  if (text === "bronze" || text === "silver" || text === "gold") return text;
  throw new LabError("usage.badLevel", `--require ${text} is no level`, { hint: "bronze, silver or gold" });
}

/** The command line that starts the same test once more, without what chose checks. */
function againOf(target: string, flags: ConformanceFlags): string {
  const kept = chosenFlags.flatMap((name) => {
    const value = flags[name];
    return value === undefined ? [] : [`--${dashed(name)} ${shellWord(value)}`];
  });
  return ["labloop conformance", shellWord(target), ...kept, ...(flags.real === true ? ["--real"] : [])].join(" ");
}

const chosenFlags = [
  "lab",
  "device",
  "plant",
  "config",
  "params",
  "start",
  "wire",
  "restartCommand",
  "countCommand",
  "brokerCredentials",
  "brokerCa",
  "engineKey",
] as const;

function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
