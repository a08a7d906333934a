import type { LabEvent } from "@labloop/contracts";
import { heldByOther } from "./decide/quarantine.ts";
import { type EngineState, openCommands } from "./state.ts";

/** Whose word it is: the engine's, which carries over what people have said in the journal of another campaign. */
const by = { kind: "agent", name: "labloop" } as const;

/** Returns that devices which others have freed may be used again, but for those on which something of its own is open. */
export function releaseFreed(
  state: EngineState,
  freed: readonly { readonly device: string; readonly reason: string }[],
): readonly LabEvent[] {
  return freed.flatMap(({ device, reason }): LabEvent[] => {
    const known = state.devices.get(device)?.quarantine ?? null;
    if (known === null) return [];
    if (openCommands(state).some((command) => command.device === device && command.doubt !== null)) return [];
    // Nobody has looked for what this campaign has settled without the device: a release would take it for over.
    const isLeftOver = [...state.residues.values()].some((left) => left.device === device);
    if (known.code === heldByOther && isLeftOver) return [];
    return [{ type: "device.released", device, by, reason }];
  });
}
