import type { EngineEnd } from "@labloop/engine";

/** Returns what a campaign that cannot go on without a person waits for: a line each, with what to type about it. */
export function stuckLines({ state, reasons }: Extract<EngineEnd, { kind: "stuck" }>, data: string): string[] {
  const doubts = [...state.runs.values()].flatMap((run) =>
    Object.values(run.steps).flatMap(({ commandId, stepKey, device, doubt }) =>
      doubt === null
        ? []
        : [
            `in doubt: run ${run.order + 1}, ${stepKey} on ${device} (${doubt}): labloop doubt show ${commandId} ${data}`,
          ],
    ),
  );
  const devices = [...state.devices.values()].flatMap(({ device, quarantine }) =>
    quarantine === null
      ? []
      : [`out of use: ${quarantine.message}: labloop device release ${device} ${data} --by NAME --reason TEXT`],
  );
  const isTold = (reason: string) =>
    [...state.openCommands.keys()].some((id) => reason.startsWith(`${id}:`)) ||
    [...state.devices.values()].some(({ quarantine }) => quarantine?.message === reason);
  const others = reasons.filter((reason) => !isTold(reason)).map((reason) => `waits for a person: ${reason}`);
  return [...doubts, ...devices, ...others, "answer, and run the same command again: the campaign goes on from here"];
}
