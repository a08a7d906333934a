import type { EngineEnd, EngineState } from "@labloop/engine";

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
  const isTold = (reason: string) =>
    [...state.openCommands.keys()].some((id) => reason.startsWith(`${id}:`)) ||
    [...state.devices.values()].some(({ quarantine }) => quarantine?.message === reason);
  const others = reasons.filter((reason) => !isTold(reason)).map((reason) => `waits for a person: ${reason}`);
  return [
    ...doubts,
    ...outOfUseLines(state, data),
    ...others,
    "answer, and run the same command again: the campaign goes on from here",
  ];
}

/** Returns which devices a campaign has left out of use, a line each, with what to type once somebody has looked. */
export function outOfUseLines({ devices }: EngineState, data: string): string[] {
  return [...devices.values()].flatMap(({ device, quarantine }) =>
    quarantine === null
      ? []
      : [`out of use: ${quarantine.message}: labloop device release ${device} ${data} --by NAME --reason TEXT`],
  );
}
