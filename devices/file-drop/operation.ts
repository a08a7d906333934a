import { join } from "node:path";
import { LabError, sleep, type Values, ValueSpec } from "@labloop/contracts";
import type { Evidence, Finding, Operation, OperationContext } from "@labloop/driver";
import type { DeclaredOperation } from "./declaration.ts";
import { Asked, type Exchange } from "./exchange.ts";
import type { Seen } from "./files.ts";
import { createLook, type Look } from "./find-result.ts";
import { noteOwed, owedPath, refuseWhileOwed } from "./owed.ts";
import type { FileParser } from "./parser.ts";
import { placeRequest, prepareRequest, requestState, withdrawRequest } from "./request.ts";
import { fillName, namePattern, stampOf } from "./template.ts";

/** How many files may lie where a result is told by its being new alone: each is noted in the journal. */
const mostBefore = 200;

/** Returns the operation that a declaration describes. */
export function operationOf(declared: DeclaredOperation, parse: FileParser): Operation<Exchange> {
  const { request, result, duration } = declared;
  const canWithdraw = request?.taken === "removes";
  const lookFor = (exchange: Exchange, params: Values, asked: Asked) =>
    createLook(exchange, declared, parse, asked, params);

  return {
    title: declared.title,
    version: declared.version,
    params: declared.params,
    result: Object.fromEntries(Object.entries(result.values).map(([name, value]) => [name, announced(value)])),
    retryClass: declared.retryClass,
    probes: true,
    duration,

    async baseline(exchange, params, { commandId, labClock }) {
      const command = commandId.replaceAll(".", "-");
      const filling = { command, stamp: stampOf(labClock.now()), params };
      const before = await filesBefore(exchange, declared, filling);
      await refuseWhileOwed(exchange, declared, filling);
      const prepared = request === undefined ? null : await prepareRequest(exchange, request, filling, declared);
      return {
        ...filling,
        params: {},
        marker: prepared?.marker ?? null,
        request: prepared?.request ?? null,
        deadlineAt: labClock.now() + duration.maxMs,
        before: before.map(({ name, bytes, changedAt }) => [name, bytes, changedAt]),
        shareAheadMs: prepared?.shareAheadMs ?? null,
      };
    },

    async start(exchange, params, baseline, { commandId, signal }) {
      const asked = Asked.parse(baseline);
      exchange.asked.set(commandId, asked);
      await noteOwed(exchange, declared, { ...asked, params });
      if (request === undefined) return;
      await exchange.inTurn(() => placeRequest(exchange, request, asked, signal));
    },

    async watch(exchange, params, baseline, context) {
      const { commandId, labClock, linkClock, signal, log } = context;
      const asked = Asked.parse(baseline);
      exchange.asked.set(commandId, asked);
      const { everyMs, still } = exchange.pace;
      // In a lab that runs faster than life, a file still takes its time to lie still.
      const earliestEnd = linkClock.now() + still.forMs + (still.looks + 2) * everyMs;
      const look = lookFor(exchange, params, asked);
      let trouble: string | null = null;
      for (;;) {
        let seen: Look = { kind: "none" };
        try {
          seen = await look();
          trouble = null;
        } catch (error) {
          // The share may come back, and the instrument works on meanwhile.
          const reason = error instanceof Error ? error.message : String(error);
          if (reason !== trouble) log.warn({ commandId, reason }, "the folder cannot be read; trying again");
          trouble = reason;
        }
        if (seen.kind === "result") {
          exchange.asked.delete(commandId);
          return { state: "succeeded", result: seen.values, executed: {}, evidence: seen.evidence };
        }
        if (seen.kind === "unreadable") {
          throw new LabError("fileDrop.unreadable", `the result came and could not be read: ${seen.reason}`);
        }
        if (labClock.now() >= asked.deadlineAt && linkClock.now() >= earliestEnd) {
          if (canWithdraw && (await withdrawn(exchange, request.folder, asked))) {
            return failed(
              "fileDrop.notTaken",
              `the request was not taken within ${duration.maxMs} ms and was withdrawn`,
            );
          }
          throw new LabError("fileDrop.noResult", `no result within ${duration.maxMs} ms`);
        }
        await sleep(linkClock, everyMs, signal);
      }
    },

    async probe(exchange, params, baseline, context) {
      const asked = Asked.parse(baseline);
      const seen = await lookUntilStill(exchange, lookFor(exchange, params, asked), context);
      if (seen.kind === "result") {
        const ending = { state: "succeeded", result: seen.values, executed: {}, evidence: seen.evidence } as const;
        return { outcome: "happened", decisive: true, isWhole: true, evidence: seen.evidence, ending };
      }
      if (seen.kind === "unreadable") return unknown(seen.evidence);
      const state = request === undefined ? "none" : await requestState(exchange, request.folder, asked);
      if (state === "prepared" || state === "withdrawn") {
        await exchange.files.remove(owedPath(exchange, asked.command));
        return { outcome: "not-happened", decisive: true, isUnbegun: true, evidence: { request: state } };
      }
      const evidence: Evidence = { request: state, ...(seen.kind === "growing" ? seen.evidence : {}) };
      if (context.labClock.now() < asked.deadlineAt) {
        const until = new Date(asked.deadlineAt).toISOString();
        return { outcome: "running", decisive: true, evidence: { ...evidence, awaitedUntil: until } };
      }
      return unknown({ ...evidence, why: "no result, and the time for one is over" });
    },

    ...(canWithdraw
      ? {
          async stop(exchange: Exchange, { commandId }: OperationContext) {
            const asked = exchange.asked.get(commandId);
            if (asked !== undefined && (await withdrawn(exchange, request.folder, asked))) {
              exchange.asked.delete(commandId);
              return failed("fileDrop.withdrawn", "the request was withdrawn before the instrument took it");
            }
            throw new LabError("fileDrop.taken", "the instrument has taken the request, and cannot be told to stop");
          },
        }
      : {}),
  };
}

async function withdrawn(exchange: Exchange, folder: string, asked: Asked): Promise<boolean> {
  const isWithdrawn = await exchange.inTurn(() => withdrawRequest(exchange, folder, asked));
  if (isWithdrawn) await exchange.files.remove(owedPath(exchange, asked.command));
  return isWithdrawn;
}

/** What could be taken for the result and is there already; none where the name tells whose a result is. */
async function filesBefore(
  { files, folder }: Exchange,
  { result }: DeclaredOperation,
  filling: Parameters<typeof fillName>[1],
): Promise<Seen[]> {
  const at = folder(result.folder);
  await files.mustHave(at);
  const sentinel = result.sentinel === undefined ? null : fillName(result.sentinel, filling);
  if (sentinel !== null && (await files.list(at, (name) => name === sentinel)).length > 0) {
    throw new LabError(
      "fileDrop.unclaimed",
      `${join(at, sentinel)} says that a result is there which nobody asked for`,
      {
        hint: "see whose it is, and take both away",
      },
    );
  }
  if (result.file.includes("{command}")) return [];
  const pattern = namePattern(result.file, filling);
  const before = await files.list(at, (name) => pattern.test(name));
  if (before.length > mostBefore) {
    throw new LabError("fileDrop.tooMany", `${before.length} files lie in ${at} that could be taken for a result`, {
      hint: `move old ones away, at least until there are ${mostBefore}, or have the instrument put {command} into the name`,
    });
  }
  return before;
}

/** A file that is being written when the search begins is waited for, as long as a complete one takes to show. */
async function lookUntilStill(exchange: Exchange, look: () => Promise<Look>, context: OperationContext): Promise<Look> {
  const { everyMs, still } = exchange.pace;
  const giveUpAt = context.linkClock.now() + still.forMs + (still.looks + 3) * everyMs;
  for (;;) {
    const seen = await look();
    if (seen.kind !== "growing" || context.linkClock.now() >= giveUpAt) return seen;
    await sleep(context.linkClock, everyMs, context.signal);
  }
}

function announced(value: DeclaredOperation["result"]["values"][string]): ValueSpec {
  const { column: _column, label: _label, row: _row, times: _times, ...spec } = value;
  return ValueSpec.parse(spec);
}

function unknown(evidence: Evidence): Finding {
  return { outcome: "unknown", decisive: false, evidence };
}

function failed(code: string, message: string) {
  return { state: "failed", physical: "none", error: { code, message, class: "instrument" } } as const;
}
