import type { Values } from "@labloop/contracts";
import type { Scene } from "./scene.ts";
import type { Staff } from "./staff.ts";
import type { Witness } from "./witness.ts";
import { type Act, massOf } from "./world.ts";

/** Lets an instrument truly act, and notes what stood in the way of it at that very moment. */
export function performAct(
  { clock, world, media, story }: Scene,
  { witness, staff }: { readonly witness: Witness; readonly staff: Staff },
  { device, op, params, durationMs }: { device: string; op: string; params: Values; durationMs: number },
): void {
  const plant = world.plants.get(device)!;
  const { value } = params["amount"] as { value: number };
  const same = [...(media.get(device)?.content?.records.values() ?? [])]
    .filter(({ order }) => order?.op === op && JSON.stringify(order.params) === JSON.stringify(params))
    .sort((a, b) => a.dseq - b.dseq);
  const record =
    same.findLast(({ state }) => state === "started") ??
    same.findLast(({ settledAt }) => settledAt === null) ??
    same.at(-1);
  const commandId = record?.commandId ?? null;
  const wrong = witness.wrongsOf(device, commandId);
  if (staff.has(device)) wrong.push("I11: it moved while staff had the instrument");
  if (plant.busyUntil > clock.now()) wrong.push("I1: it began while another act was under way");
  const wasStarted = record?.state === "started";
  const act: Act = { device, op, amount: value, at: clock.now(), commandId, wasStarted, params, wrong };
  world.acts.push(act);
  plant.count++;
  plant.act = act;
  plant.busyUntil = clock.now() + durationMs;
  if (op === "measure") plant.reading = massOf(value);
  story.keep(`${clock.now()} act ${device} ${op} ${value} ${commandId}`);
  story.tell(() => `ACT ${device} ${op} ${value} ${commandId} ${wrong.join("; ")}`);
}
