import type { Cancel } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { decodeCommand, encodeReply, encodeDuration, type MarlinReply } from "@labloop/device-marlin-gcode/wire";
import { type ByteStream, createLineReader } from "@labloop/driver";
import type { PartChange, Plant, PlantWorld } from "../world/plant-world.ts";

export interface MarlinPlantOptions {
  /** MACHINE_UUID; default: one made from the device id. */
  readonly uuid?: string;
}

/** What a printer keeps when its line breaks and when labloop dies. `lastSeconds` is how long the last print took. */
type PrinterMemory = {
  readonly selected: { readonly file: string; readonly bytes: number } | null;
  readonly print: PrintUnderWay | null;
  readonly prints: number;
  readonly finished: number;
  readonly lastSeconds: number;
};

type PrintUnderWay = {
  readonly file: string;
  readonly bytes: number;
  readonly startedAt: number;
  readonly durationMs: number;
};

const untouched: PrinterMemory = { selected: null, print: null, prints: 0, finished: 0, lastSeconds: 0 };

// How long mounting a card takes, and DEFAULT_KEEPALIVE_INTERVAL (gcode.h): a host must bear both.
const mountMs = 3_000;
const keepaliveMs = 2_000;

/** A printer with Marlin firmware: prints in lab time, connected or not, and remembers through the world. */
export function createMarlinPlant(world: PlantWorld, options: MarlinPlantOptions = {}): Plant {
  const { clock, physics } = world;
  const uuid = options.uuid ?? uuidOf(world.deviceId);
  // Runs once per attached stream when a print begins.
  const onPrint = new Set<() => void>();
  let lastLineNumber = 0;

  const stored = () => (world.memory() as PrinterMemory | null) ?? untouched;
  const now = () => memoryAt(stored(), clock.now());

  return { attach };

  function attach(stream: ByteStream): void {
    const waiting: string[] = [];
    let stopWork: Cancel | null = null;
    let stopReports: Cancel = () => {};
    let stopEnd: Cancel = () => {};

    const say = (...replies: readonly MarlinReply[]) => {
      if (stream.isOpen) stream.write(Buffer.from(replies.map((reply) => `${encodeReply(reply)}\n`).join(""), "utf8"));
    };
    const reader = createLineReader(stream, { terminator: "\n" });
    reader.onLine((line) => {
      const command = accept(line);
      if (command === null) return;
      waiting.push(command);
      if (stopWork === null) work();
    });
    const announceEnd = () => {
      stopEnd();
      const { print } = now();
      if (print === null) return;
      stopEnd = clock.at(print.startedAt + print.durationMs, () => {
        // Aborted or followed by another print meanwhile: not the end that was waited for.
        if (stored().print?.startedAt !== print.startedAt) return;
        const { lastSeconds } = now();
        // M1001: a print of more than a minute tells its time first.
        say(...(lastSeconds > 60 ? [{ kind: "printTime", seconds: lastSeconds } as const] : []), {
          kind: "donePrinting",
        });
      });
    };
    onPrint.add(announceEnd);
    announceEnd();
    stream.onClose(() => {
      onPrint.delete(announceEnd);
      stopEnd();
      stopReports();
      stopWork?.();
    });

    /** Returns the command in a line, or null when the line was refused or empty. */
    function accept(line: string): string | null {
      const read = decodeCommand(line);
      if (read.kind === "damaged") return refuse(`${read.reason}, Last Line: ${lastLineNumber}`);
      const { lineNumber, command } = read;
      const reset = /^M110\b(?:.*N(-?\d+))?/.exec(command);
      if (reset !== null) lastLineNumber = Number(reset[1] ?? lineNumber ?? lastLineNumber);
      else if (lineNumber !== null) {
        if (lineNumber !== lastLineNumber + 1) {
          return refuse(`Line Number is not Last Line Number+1, Last Line: ${lastLineNumber}`);
        }
        lastLineNumber = lineNumber;
      }
      return command === "" ? null : command;
    }

    function refuse(message: string): null {
      say({ kind: "error", message }, { kind: "resend", lineNumber: lastLineNumber + 1 });
      return null;
    }

    function work(): void {
      for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
        if (/^M21\b/.test(command)) {
          const keepalive = clock.at(clock.now() + keepaliveMs, () => say({ kind: "busy", reason: "processing" }));
          const done = clock.at(clock.now() + mountMs, () => {
            stopWork = null;
            say({ kind: "card", isReady: true }, { kind: "ok" });
            work();
          });
          stopWork = () => {
            keepalive();
            done();
          };
          return;
        }
        say(...carryOut(command), { kind: "ok" });
      }
    }

    function carryOut(command: string): readonly MarlinReply[] {
      const [code = "", ...rest] = command.split(" ");
      const argument = rest.join(" ");
      const memory = now();
      switch (code) {
        case "M20":
          return listing();
        case "M23":
          return select(memory, argument);
        case "M24":
          begin(memory);
          return [];
        case "M27": {
          if (argument.startsWith("C")) {
            return [{ kind: "currentFile", file: memory.print?.file ?? memory.selected?.file ?? null }];
          }
          const seconds = /^S(\d+)/.exec(argument)?.[1];
          if (seconds === undefined) return [status()];
          report(Math.min(Number(seconds), 60) * 1000);
          return [];
        }
        case "M31":
          return [{ kind: "printTime", seconds: secondsOf(memory, clock.now()) }];
        case "M78":
          return statistics(memory);
        case "M110":
          return [];
        case "M115":
          return identity();
        case "M118":
          return [{ kind: "text", text: argument }];
        case "M524":
          if (memory.print !== null) {
            world.commit({
              memory: { ...memory, print: null, selected: null, lastSeconds: secondsOf(memory, clock.now()) },
              parts: [{ kind: "abandoned", place: world.deviceId }],
            });
          }
          return [];
        default:
          return [{ kind: "unknownCommand", command }];
      }
    }

    /** M27 S: a report every so often, until told otherwise. */
    function report(everyMs: number): void {
      stopReports();
      if (everyMs === 0) return;
      stopReports = clock.at(clock.now() + everyMs, () => {
        say(status());
        report(everyMs);
      });
    }
  }

  function status(): MarlinReply {
    const { print } = now();
    if (print === null) return { kind: "notPrinting" };
    const share = (clock.now() - print.startedAt) / print.durationMs;
    return { kind: "printing", byte: Math.floor(print.bytes * share), total: print.bytes };
  }

  function listing(): readonly MarlinReply[] {
    const lines = physics.files().map((file) => `${file} ${physics.print(file)?.bytes ?? 0}`);
    return ["Begin file list", ...lines, "End file list"].map((text) => ({ kind: "text", text }));
  }

  function select(memory: PrinterMemory, name: string): readonly MarlinReply[] {
    const file = physics.files().find((listed) => listed.toUpperCase() === name.replace(/^\//, "").toUpperCase());
    const made = file === undefined ? null : physics.print(file);
    const opening: MarlinReply = { kind: "text", text: `echo:Now fresh file: ${name}` };
    // Opening a file aborts a print under way, whether the file is there or not (openFileRead).
    const aborted = { ...memory, print: null, lastSeconds: secondsOf(memory, clock.now()) };
    const parts: PartChange[] = memory.print === null ? [] : [{ kind: "abandoned", place: world.deviceId }];
    if (file === undefined || made === null) {
      world.commit({ memory: { ...aborted, selected: null }, parts });
      return [opening, { kind: "openFailed", file: name }];
    }
    world.commit({ memory: { ...aborted, selected: { file, bytes: made.bytes } }, parts });
    return [opening, { kind: "fileOpened", file: name, bytes: made.bytes }, { kind: "fileSelected" }];
  }

  /** M24 without an open file does nothing and says nothing but `ok`. */
  function begin(memory: PrinterMemory): void {
    if (memory.selected === null || memory.print !== null) return;
    const { file, bytes } = memory.selected;
    const startedAt = clock.now();
    const durationMs = physics.print(file)?.durationMs ?? 0;
    world.commit({
      memory: { ...memory, print: { file, bytes, startedAt, durationMs }, prints: memory.prints + 1 },
      actuation: { verb: "print", detail: { file } },
      parts: [{ kind: "made", place: world.deviceId, file, readyAt: startedAt + durationMs }],
    });
    for (const announce of onPrint) announce();
  }

  function statistics(memory: PrinterMemory): readonly MarlinReply[] {
    const { prints, finished, print } = memory;
    const time = encodeDuration(secondsOf(memory, clock.now()));
    return [
      { kind: "stats", prints, finished, failed: prints - finished - (print === null ? 0 : 1) },
      { kind: "text", text: `Stats: Total time: ${time}, Longest job: ${time}` },
      { kind: "text", text: "Stats: Filament used: 0.00m" },
    ];
  }

  function identity(): readonly MarlinReply[] {
    return [
      { kind: "firmware", name: "Marlin 2.1.3 (Aug  1 2024 12:00:00)", uuid },
      ...["SDCARD:1", "AUTOREPORT_SD_STATUS:1", "LONG_FILENAME:0", "EMERGENCY_PARSER:0"].map(
        (capability): MarlinReply => ({ kind: "text", text: `Cap:${capability}` }),
      ),
    ];
  }
}

/** What a memory has become by `at`: a print whose time is over is finished, its file closed. */
function memoryAt(memory: PrinterMemory, at: number): PrinterMemory {
  const { print } = memory;
  if (print === null || at < print.startedAt + print.durationMs) return memory;
  const lastSeconds = Math.floor(print.durationMs / 1000);
  return { ...memory, print: null, selected: null, finished: memory.finished + 1, lastSeconds };
}

function secondsOf({ print, lastSeconds }: PrinterMemory, at: number): number {
  return print === null ? lastSeconds : Math.floor((at - print.startedAt) / 1000);
}

function uuidOf(deviceId: string): string {
  const digits = sha256(deviceId);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join("-");
}
