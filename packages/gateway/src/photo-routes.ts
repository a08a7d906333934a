import { createReadStream } from "node:fs";
import { CommandId, type LabView, photoLimit, type PhotoShelf, Sha256, type ValueSpecs } from "@labloop/contracts";
import type { FastifyInstance, FastifyReply } from "fastify";
import * as z from "zod";
import { readContentRange } from "./content-range.ts";

const Place = z.object({ commandId: CommandId, sha256: Sha256 });

/**
 * Adds the way of photos to their steps: `PUT /api/photos/{command}/{sha256}` with a Content-Range, in order and in parts
 * that are no longer than any body here, and GET for what is whole. 201 brings the `photo` as an answer refers to it; 202
 * and 409 say from which byte to go on (`held`).
 *
 * Nothing is taken but for a step that waits for a person and whose result has a photo, so that nobody can fill a disk with
 * anything else.
 */
export function addPhotoRoutes(
  app: FastifyInstance,
  { view, photos }: { readonly view: () => LabView; readonly photos: PhotoShelf },
): void {
  app.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );

  app.put("/api/photos/:commandId/:sha256", async (request, reply) => {
    const place = Place.safeParse(request.params);
    if (!place.success) return refuse(reply, 404, "photos are put to /api/photos/, their step and their SHA-256");
    const { commandId, sha256 } = place.data;
    const range = readContentRange(request.headers["content-range"]);
    const { body } = request;
    if (range === null || !Buffer.isBuffer(body) || body.length !== range.last - range.first + 1) {
      return refuse(reply, 400, "say which bytes these are: content-range: bytes 0-9/10");
    }
    const limit = mostBytes(view(), commandId);
    if (limit === null) return refuse(reply, 404, `no step ${commandId} waits for a photo`);
    const { first, size } = range;
    if (size > limit) return refuse(reply, 413, `the photo has ${size} bytes, at most ${limit} may be sent`);
    const taken = await photos.put({ commandId, sha256, size, first, bytes: body });
    switch (taken.is) {
      case "whole":
        return reply.code(201).send({ ok: true, photo: taken.reference });
      case "more":
        return reply.code(202).send({ ok: true, held: taken.held });
      case "ended":
        return reply.code(409).send({ ok: false, reason: "go on where it ended", held: taken.held });
      case "refused":
        return refuse(reply, 422, taken.reason);
    }
  });

  app.get("/api/photos/:commandId/:sha256", async (request, reply) => {
    const place = Place.safeParse(request.params);
    const file = place.success ? photos.fileOf(place.data.commandId, place.data.sha256) : null;
    if (file === null) return refuse(reply, 404, "there is no such photo");
    return reply.type(file.media).send(createReadStream(file.path));
  });
}

/** What a photo of a step may weigh; null where the step asks for none, or nobody is asked. */
function mostBytes({ asks, doubts }: LabView, commandId: string): number | null {
  const specs: ValueSpecs = [...asks, ...doubts].find((each) => each.commandId === commandId)?.result ?? {};
  const limits = Object.values(specs).flatMap((spec) => (spec.type === "photo" ? [photoLimit(spec)] : []));
  return limits.length === 0 ? null : Math.max(...limits);
}

function refuse(reply: FastifyReply, status: number, reason: string): FastifyReply {
  return reply.code(status).send({ ok: false, reason });
}
