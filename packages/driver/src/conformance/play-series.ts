import type { DeviceMessage } from "@labloop/contracts";
import type { Scene } from "./scene.ts";

/**
 * Plays the series with every operation: one good command, the same once more, one that must be rejected, a cancel of one
 * never sent, and a probe of the first. Returns what the device said, command by command.
 */
export async function playSeries(scene: Scene): Promise<DeviceMessage[]> {
  const from = scene.messages.length;
  for (const op of scene.ops().sort()) {
    const { execute } = await scene.carryOut({ op });
    await scene.send(execute);
    await scene.pass(200);
    await scene.probe(execute.commandId);
    const bad = scene.order({ op, params: { ...execute.params, conformance_unknown: 1 } });
    await scene.send(bad);
    await scene.end(bad.commandId);
    const unsent = scene.order({ op });
    await scene.cancel(unsent);
    await scene.end(unsent.commandId);
    await scene.ack([bad.commandId, unsent.commandId]);
  }
  return scene.messages.slice(from);
}
