import { readFile } from "node:fs/promises";
import { type Fault, LabError, type Log, type OperatorDesk, type PhotoShelf, type Receipt } from "@labloop/contracts";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { DriverDesk } from "./driver-desk.ts";
import { withFrontColumns } from "./front-columns.ts";
import { addPhotoRoutes } from "./photo-routes.ts";
import type { Asset } from "./read-assets.ts";
import { readCommand } from "./read-command.ts";
import type { ReadModel } from "./read-model.ts";
import { whyRefused } from "./why-refused.ts";

/** The longest body of a request, in bytes: a result entered by hand may be as long as a device's own inline one, 192 KiB. */
export const longestBodyBytes = 256 * 1024;

/** What the routes answer from. */
export interface RouteOptions {
  readonly model: Pick<ReadModel, "failure" | "seq" | "view" | "viewText">;
  readonly desk: OperatorDesk;
  readonly drivers: Pick<DriverDesk, "reload">;
  /** Aborted when nothing more is to be waited for. */
  readonly closing: AbortSignal;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly observationsCsv: string;
  readonly photos: PhotoShelf | null;
  readonly log: Log;
}

/**
 * Adds every route over HTTP. What is refused is answered with `{ ok: false, reason }`, a sentence.
 *
 * GET only reads. The one way to act is to POST a command as JSON, and photos are PUT for a step that waits for one; a foreign
 * page can do neither unasked.
 */
export function addRoutes(
  app: FastifyInstance,
  { model, desk, drivers, closing, assets, observationsCsv, photos, log }: RouteOptions,
): void {
  app.removeContentTypeParser("text/plain");

  app.addHook("onRequest", async (request, reply) => {
    reply.headers(safeHeaders);
    const reason = whyRefused(request.raw);
    if (reason === null) return;
    log.warn({ reason, method: request.method, path: request.url }, "request refused");
    return refuse(reply, 403, reason);
  });

  app.setNotFoundHandler((request, reply) =>
    refuse(reply, 404, `there is nothing at ${request.method} ${request.url}`),
  );

  app.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
    const message = error instanceof Error ? error.message : String(error);
    if (status === 415) return refuse(reply, 415, "send JSON, with content-type: application/json");
    if (status < 500) return refuse(reply, status, message);
    log.error({ method: request.method, path: request.url, reason: message }, "request failed");
    return refuse(reply, 500, error instanceof LabError ? message : "the server failed; its log says why");
  });

  app.get("/api/view", (_request, reply) =>
    model.failure === null
      ? reply.type("application/json; charset=utf-8").send(model.viewText())
      : refuse(reply, 503, model.failure.message),
  );

  app.get("/observations.csv", async (_request, reply) => {
    const csv = await readIfThere(observationsCsv);
    if (csv === null) return refuse(reply, 404, "no experiment has been observed yet");
    return reply
      .type("text/csv; charset=utf-8")
      .header("content-disposition", 'attachment; filename="observations.csv"')
      .send(withFrontColumns(csv.toString(), model.view()));
  });

  app.post("/api/commands", async (request, reply) => {
    const command = readCommand(request.body);
    if (!command.ok) {
      const reason = command.faults.map(({ message }) => message).join("; ");
      return reply.code(400).send({ ok: false, reason, faults: command.faults });
    }
    const { type, by } = command.value;
    const receipt =
      command.value.type === "device.reload"
        ? receiptOf(await drivers.reload(command.value.device, by, closing), model.seq)
        : desk.submit(command.value);
    log.info({ command: type, by: by.name, ...receipt }, "operator command");
    return reply.code(receipt.ok ? 200 : 409).send(receipt);
  });

  if (photos !== null) addPhotoRoutes(app, { view: () => model.view(), photos });

  app.get<{ Params: { "*": string } }>("/*", (request, reply) => {
    const name = request.params["*"] || "index.html";
    const asset = assets.get(name);
    if (asset === undefined) {
      const reason = name === "index.html" ? "the dashboard is not built; /api/view has what it would show" : undefined;
      return refuse(reply, 404, reason ?? `there is no page or file "${name}"`);
    }
    // What lies in assets/ carries the hash of its content in its name.
    const isForEver = name.startsWith("assets/");
    reply.header("cache-control", isForEver ? "public, max-age=31536000, immutable" : "no-store");
    reply.header("vary", "accept-encoding").type(asset.type);
    const accepted = request.headers["accept-encoding"] ?? "";
    if (asset.br !== null && accepts(accepted, "br")) return reply.header("content-encoding", "br").send(asset.br);
    if (asset.gzip !== null && accepts(accepted, "gzip")) {
      return reply.header("content-encoding", "gzip").send(asset.gzip);
    }
    return reply.send(asset.plain);
  });
}

/** Scripts, styles and connections from here alone, and photos that were just taken; nothing kept by caches unless a route says so. */
const safeHeaders = {
  "content-security-policy":
    "default-src 'self'; img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/** What is not recorded itself has happened by the event that was the last one then. */
function receiptOf(faults: readonly Fault[], seq: number): Receipt {
  if (faults.length === 0) return { ok: true, seq };
  return { ok: false, reason: faults.map(sentenceOf).join("; ") };
}

function sentenceOf({ message, hint, file, line }: Fault): string {
  const place = file === undefined ? "" : ` (${line === undefined ? file : `${file}:${line}`})`;
  return `${message}${place}${hint === undefined ? "" : `. ${hint.charAt(0).toUpperCase()}${hint.slice(1)}`}`;
}

function refuse(reply: FastifyReply, status: number, reason: string): FastifyReply {
  return reply.code(status).send({ ok: false, reason });
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Whether an Accept-Encoding header names an encoding, and not with a weight of zero. */
function accepts(header: string, encoding: string): boolean {
  return header.split(",").some((part) => {
    const [name, weight = ""] = part.split(";").map((piece) => piece.trim().toLowerCase());
    return name === encoding && !/^q=0(\.0*)?$/.test(weight);
  });
}
