import type { IncomingMessage, ServerResponse } from "node:http";
import { type Cancel, type Clock, sleep } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { type RunStatus, versionHeader } from "@labloop/device-opentrons/wire";
import { asSocket, type ByteStream } from "@labloop/driver";

// Imported by its name it makes all that it exports, fetch and WebSocket too: 35 ms that nothing here needs (measured, Node 24).
const { createServer } = process.getBuiltinModule("node:http");

/** One command of a protocol as the robot carries it out. */
export interface RobotStep {
  readonly commandType: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly durationMs: number;
  /** How it goes wrong, if it does: such that the robot can go on, or for good. */
  readonly fails?: "recoverable" | "fatal";
}

export interface RobotServerOptions {
  readonly clock: Clock;
  /** What a protocol does with these values; null for one whose analysis does not pass. */
  readonly program: (source: string, values: Readonly<Record<string, unknown>>) => readonly RobotStep[] | null;
  readonly isFlex?: boolean;
  /** How long an analysis takes, default 4 s. */
  readonly analysisMs?: number;
  /** How long it homes and drops tips after a run, default 3 s. */
  readonly finishingMs?: number;
  /** How long a connection may be idle before the server closes it, default 5 s (uvicorn's). */
  readonly idleMs?: number;
}

/** A robot's server with the robot behind it; several connections may be open at once. */
export interface RobotServerPlant {
  attach(stream: ByteStream): void;
  /** Every command that moved something, by run, counted for ever. */
  readonly acts: readonly { readonly runId: string; readonly commandType: string }[];
  setDoor(state: "open" | "closed"): void;
  setEstop(state: "disengaged" | "physicallyEngaged" | "logicallyEngaged"): void;
  /** Power is cut and comes back: motion ends, and what was going on is forgotten; what was stored is not. */
  restart(): void;
}

interface StoredRun {
  readonly id: string;
  readonly protocolId: string;
  readonly createdAt: string;
  readonly actions: { id: string; createdAt: string; actionType: string }[];
  readonly values: Readonly<Record<string, unknown>>;
  /** Written when the run is no longer current. */
  summary: { status: RunStatus; errors: object[]; commands: object[] } | null;
}

/** The run that has the robot; it lives in memory only. */
interface CurrentRun {
  readonly stored: StoredRun;
  readonly steps: readonly RobotStep[];
  next: number;
  queue: "setup" | "running" | "paused" | "awaiting-recovery" | "awaiting-recovery-paused";
  result: "stopped" | "failed" | "succeeded" | null;
  isFinished: boolean;
  readonly done: { step: RobotStep; status: "succeeded" | "failed" }[];
  readonly errors: object[];
  isMoving: boolean;
  readonly power: AbortController;
}

interface StoredProtocol {
  readonly id: string;
  readonly hash: string;
  readonly source: string;
  readonly analyses: { id: string; key: string; readyAt: number; steps: readonly RobotStep[] | null }[];
}

/** Starts a robot's server as Opentrons' own behaves towards a client, without its liquids and geometry. */
export function createRobotServerPlant(options: RobotServerOptions): RobotServerPlant {
  const { clock, program, isFlex = false, analysisMs = 4_000, finishingMs = 3_000, idleMs = 5_000 } = options;
  const runs = new Map<string, StoredRun>();
  const protocols = new Map<string, StoredProtocol>();
  const acts: { runId: string; commandType: string }[] = [];
  const streams = new Set<ByteStream>();
  let door: "open" | "closed" = "closed";
  let estop = "disengaged";
  let current: CurrentRun | null = null;
  let ids = 0;
  const newId = (kind: string) => sha256(`${kind} ${++ids}`).slice(0, 32);
  const stamp = () => new Date(clock.now()).toISOString();

  const statusOf = (run: CurrentRun): RunStatus => {
    if (run.result !== null) {
      if (run.isFinished) return run.result;
      return run.result === "stopped" ? "stop-requested" : "finishing";
    }
    if (run.queue === "setup") return "idle";
    if (run.queue === "paused") return door === "open" ? "blocked-by-open-door" : "paused";
    if (run.queue === "awaiting-recovery-paused") {
      return door === "open" ? "awaiting-recovery-blocked-by-open-door" : "awaiting-recovery-paused";
    }
    return run.queue;
  };

  const finish = async (run: CurrentRun, result: NonNullable<CurrentRun["result"]>) => {
    if (run.result !== null) return;
    run.result = result;
    await sleep(clock, finishingMs, run.power.signal);
    run.isFinished = true;
  };

  /** Goes through the steps for as long as the queue is running; a step that began is carried to its end. */
  const move = async (run: CurrentRun) => {
    if (run.isMoving) return;
    run.isMoving = true;
    try {
      while (run.queue === "running" && run.result === null) {
        const step = run.steps[run.next];
        if (step === undefined) {
          await finish(run, "succeeded");
          return;
        }
        run.next++;
        acts.push({ runId: run.stored.id, commandType: step.commandType });
        await sleep(clock, step.durationMs, run.power.signal);
        run.done.push({ step, status: step.fails === undefined ? "succeeded" : "failed" });
        if (step.fails === "recoverable" && run.result === null) run.queue = "awaiting-recovery";
        if (step.fails === "fatal" && run.result === null) {
          run.errors.push(errorOf("UnexpectedProtocolError", `${step.commandType} went wrong`));
          await finish(run, "failed");
        }
      }
    } finally {
      run.isMoving = false;
    }
  };
  // Only a power cut ends a motion so, and then nobody is left to tell.
  const begin = (act: Promise<void>) => void act.catch(() => undefined);

  const release = (run: CurrentRun) => {
    run.stored.summary = { status: statusOf(run), errors: run.errors, commands: commandsOf(run) };
    current = null;
  };
  const commandsOf = (run: CurrentRun) =>
    run.done.map(({ step, status }, index) => ({
      id: `${run.stored.id}-${index}`,
      commandType: step.commandType,
      status,
      params: step.params ?? {},
      result: step.result ?? {},
    }));

  const runData = (stored: StoredRun) => {
    const run = current?.stored === stored ? current : null;
    const { summary } = stored;
    const known = run !== null || summary !== null;
    return {
      ok: known,
      id: stored.id,
      createdAt: stored.createdAt,
      status: run === null ? (summary?.status ?? "stopped") : statusOf(run),
      current: run !== null,
      actions: stored.actions,
      errors: run?.errors ?? summary?.errors ?? [],
      protocolId: stored.protocolId,
      runTimeParameters: Object.entries(stored.values).map(([variableName, value]) => ({ variableName, value })),
      ...(known ? {} : { dataError: { id: "RunDataError", title: "Run Data Error" } }),
    };
  };

  /** Returns the summary of the analysis with these values, begun now if there is none. */
  const analyse = (protocol: StoredProtocol, values: Readonly<Record<string, unknown>>) => {
    const key = JSON.stringify(values);
    let found = protocol.analyses.find((analysis) => analysis.key === key);
    if (found === undefined) {
      const steps = program(protocol.source, values);
      found = { id: newId("analysis"), key, readyAt: clock.now() + analysisMs, steps };
      protocol.analyses.push(found);
    }
    return { id: found.id, status: clock.now() >= found.readyAt ? "completed" : "pending" };
  };

  const takeAction = (stored: StoredRun, actionType: string): Answer => {
    const run = current;
    if (run?.stored !== stored) return refused(409, "RunStopped", `Run ${stored.id} is not the current run`);
    if (isFlex && estop !== "disengaged") return refused(403, "EStopEngaged", "not permitted while estop is engaged");
    const status = statusOf(run);
    const notAllowed = (detail: string) => refused(409, "RunActionNotAllowed", detail);
    if (run.result !== null && actionType !== "stop") return notAllowed("The run has already stopped.");
    if (run.isFinished) return notAllowed("The run has already stopped.");
    switch (actionType) {
      case "play":
        if (status.endsWith("blocked-by-open-door")) return notAllowed("Front door or top window is currently open.");
        if (run.queue === "awaiting-recovery-paused") run.queue = "awaiting-recovery";
        else if (run.queue !== "awaiting-recovery") run.queue = door === "open" ? "paused" : "running";
        begin(move(run));
        break;
      case "pause":
        if (status !== "running") return notAllowed("Cannot pause a run that is not running.");
        run.queue = "paused";
        break;
      case "stop":
        begin(finish(run, "stopped"));
        break;
      case "resume-from-recovery":
      case "resume-from-recovery-assuming-false-positive":
        if (status !== "awaiting-recovery") return notAllowed("Cannot resume from recovery if not in recovery mode.");
        run.queue = "running";
        begin(move(run));
        break;
      default:
        return refused(422, "InvalidRequest", `no action ${actionType}`);
    }
    const action = { id: newId("action"), createdAt: stamp(), actionType };
    stored.actions.push(action);
    return { status: 201, body: { data: action } };
  };

  const answer = (method: string, url: URL, content: Buffer, type: string): Answer => {
    const [, first, id = "", second, inner] = url.pathname.split("/");
    const route = `${method} /${first}${id === "" ? "" : "/:id"}${second === undefined ? "" : `/${second}`}`;
    const data = () => (JSON.parse(content.toString("utf8")) as { data: Record<string, unknown> }).data;
    const run = runs.get(id);
    const protocol = protocols.get(id);
    if (first === "runs" && id !== "" && run === undefined)
      return refused(404, "RunNotFound", `Run ${id} was not found.`);
    if (first === "protocols" && id !== "" && protocol === undefined) {
      return refused(404, "ProtocolNotFound", `Protocol ${id} was not found.`);
    }
    if (url.pathname === "/health") {
      const model = isFlex ? "OT-3 Standard" : "OT-2 Standard";
      return {
        status: 200,
        body: { name: "simulated", robot_model: model, api_version: "8.0.0", robot_serial: "SIM1" },
      };
    }
    if (url.pathname === "/robot/door/status") {
      return { status: 200, body: { data: { status: door, doorRequiredClosedForProtocol: true } } };
    }
    if (url.pathname === "/robot/control/estopStatus") {
      if (!isFlex) return refused(403, "NotSupportedOnOT2", "This endpoint is not supported on OT-2.");
      return { status: 200, body: { data: { status: estop } } };
    }
    switch (route) {
      case "POST /protocols": {
        const hash = sha256(content);
        const same = [...protocols.values()].find((stored) => stored.hash === hash);
        const stored = same ?? { id: newId("protocol"), hash, source: fileIn(content, type), analyses: [] };
        protocols.set(stored.id, stored);
        analyse(stored, {});
        const analysisSummaries = stored.analyses.map(({ key }) =>
          analyse(stored, JSON.parse(key) as object as Record<string, unknown>),
        );
        return { status: same === undefined ? 201 : 200, body: { data: { id: stored.id, analysisSummaries } } };
      }
      case "POST /protocols/:id/analyses": {
        if (protocol === undefined) break;
        const before = protocol.analyses.length;
        const summary = analyse(protocol, (data()["runTimeParameterValues"] ?? {}) as Record<string, unknown>);
        return { status: protocol.analyses.length > before ? 201 : 200, body: { data: [summary] } };
      }
      case "GET /protocols/:id/analyses": {
        const found = protocol?.analyses.find((analysis) => analysis.id === inner);
        if (found === undefined) return refused(404, "AnalysisNotFound", `Analysis ${inner} was not found.`);
        if (clock.now() < found.readyAt) return { status: 200, body: { data: { id: found.id, status: "pending" } } };
        const errors = found.steps === null ? [errorOf("ExceptionInProtocolError", "NameError in line 3")] : [];
        const result = found.steps === null ? "not-ok" : "ok";
        return { status: 200, body: { data: { id: found.id, status: "completed", result, errors, commands: [] } } };
      }
      case "GET /runs": {
        const links = current === null ? {} : { current: { href: `/runs/${current.stored.id}` } };
        return { status: 200, body: { data: [...runs.values()].map(runData), links } };
      }
      case "POST /runs": {
        const { protocolId, runTimeParameterValues: values = {} } = data() as {
          protocolId: string;
          runTimeParameterValues?: Record<string, unknown>;
        };
        const source = protocols.get(protocolId)?.source;
        if (source === undefined) return refused(404, "ProtocolNotFound", `Protocol ${protocolId} was not found.`);
        if (current !== null && current.queue !== "setup" && !current.isFinished) {
          return refused(409, "RunAlreadyActive", "Current run is not idle or stopped.");
        }
        if (current !== null) release(current);
        const stored: StoredRun = {
          id: newId("run"),
          protocolId,
          createdAt: stamp(),
          actions: [],
          values,
          summary: null,
        };
        runs.set(stored.id, stored);
        current = {
          stored,
          steps: program(source, values) ?? [],
          next: 0,
          queue: "setup",
          result: null,
          isFinished: false,
          done: [],
          errors: [],
          isMoving: false,
          power: new AbortController(),
        };
        return { status: 201, body: { data: runData(stored) } };
      }
      case "GET /runs/:id":
        if (run !== undefined) return { status: 200, body: { data: runData(run) } };
        break;
      case "PATCH /runs/:id": {
        if (run === undefined) break;
        if (current?.stored !== run) return refused(409, "RunStopped", `Run ${id} is not the current run`);
        if (current.queue !== "setup" && !current.isFinished)
          return refused(409, "RunNotIdle", "Run is currently active.");
        release(current);
        return { status: 200, body: { data: runData(run) } };
      }
      case "POST /runs/:id/actions":
        if (run !== undefined) return takeAction(run, String((data() as { actionType?: string }).actionType));
        break;
      case "GET /runs/:id/commands": {
        if (run === undefined) break;
        const all = (current?.stored === run ? commandsOf(current) : (run.summary?.commands ?? [])) as { id: string }[];
        if (inner !== undefined) {
          const one = all.find((command) => command.id === inner);
          return one === undefined ? refused(404, "CommandNotFound", inner) : { status: 200, body: { data: one } };
        }
        const cursor = Number(url.searchParams.get("cursor") ?? 0);
        const page = all.slice(cursor, cursor + Number(url.searchParams.get("pageLength") ?? 20));
        // The list has no results, as on the robot.
        const commands = page.map((command) => ({ ...command, result: undefined }));
        return { status: 200, body: { data: commands, meta: { cursor, totalLength: all.length }, links: {} } };
      }
      default:
    }
    return refused(404, "NotFound", url.pathname);
  };

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? "/", "http://robot");
    const version = incoming.headers[versionHeader.toLowerCase()];
    const { status, body } =
      version === undefined
        ? refused(422, "InvalidRequest", `header.${versionHeader}: field required`)
        : version !== "*" && !(Number(version) >= 2)
          ? refused(400, "OutdatedAPIVersion", `'${versionHeader}' must be at least '2'.`)
          : answer(incoming.method ?? "GET", url, Buffer.concat(chunks), incoming.headers["content-type"] ?? "");
    const text = JSON.stringify(body);
    outgoing.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
      [versionHeader]: "3",
      "Opentrons-Min-Version": "2",
    });
    outgoing.end(text);
  };
  const server = createServer((incoming, outgoing) => {
    // A connection that ends in the middle is the client's affair.
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });

  return {
    acts,
    attach(stream) {
      streams.add(stream);
      let cancel: Cancel = () => {};
      const rearm = () => {
        cancel();
        cancel = clock.at(clock.now() + idleMs, () => stream.close());
      };
      rearm();
      stream.onData(rearm);
      stream.onClose(() => {
        cancel();
        streams.delete(stream);
      });
      server.emit("connection", asSocket(stream));
    },
    setDoor(state) {
      door = state;
      if (current === null || state === "closed") return;
      if (current.queue === "running") current.queue = "paused";
      if (current.queue === "awaiting-recovery") current.queue = "awaiting-recovery-paused";
    },
    setEstop(state) {
      estop = state;
      if (state !== "physicallyEngaged" || current === null || current.queue === "setup") return;
      current.errors.push(errorOf("EStopActivatedError", "E-stop Activated"));
      begin(finish(current, "failed"));
    },
    restart() {
      current?.power.abort(new Error("power is cut"));
      current = null;
      for (const stream of streams) stream.close();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

function refused(status: number, id: string, detail: string): Answer {
  return { status, body: { errors: [{ id, title: id, detail }] } };
}

function errorOf(errorType: string, detail: string): object {
  return { id: errorType, errorType, errorCode: "4000", detail };
}

/** The text of the first file in a form. */
function fileIn(content: Buffer, type: string): string {
  const boundary = /boundary=(.+)$/.exec(type)?.[1] ?? "";
  const [, part = ""] = content.toString("utf8").split(`--${boundary}\r\n`);
  return part.split("\r\n\r\n").slice(1).join("\r\n\r\n").trimEnd();
}
