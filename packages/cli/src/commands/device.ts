import { LabError } from "@labloop/contracts";
import * as z from "zod";
import { type AnswerFlags, person, reasonOf } from "../doubt/answer-flags.ts";
import { chosenFolder } from "../doubt/chosen-folder.ts";
import { giveAnswer } from "../doubt/give-answer.ts";
import { openDesk } from "../doubt/open-desk.ts";
import type { ExitCode } from "../exit-code.ts";

/** `labloop device release DEVICE [DATA]`: lets a device be used again that was taken out of use. */
export async function releaseDevice(device: string, data: string | undefined, flags: AnswerFlags): Promise<ExitCode> {
  const by = person("--by", flags.by);
  const reason = reasonOf(flags.reason);
  const desk = await openDesk(chosenFolder(data, process.env));
  // Of a campaign that is over, too: others in its lab wait for its devices.
  const outOfUse = desk.view.devices.flatMap((each) => (each.phase === "quarantined" ? [each.device] : []));
  if (!outOfUse.includes(device)) {
    throw new LabError("usage.unknownDevice", `${device} is not out of use`, {
      hint: outOfUse.length === 0 ? "no device is" : `out of use: ${outOfUse.join(", ")}`,
    });
  }
  return giveAnswer(desk, { type: "device.release", device, by, reason }, `${device} is released`, flags.json === true);
}

/** `labloop device calibrated DEVICE [DATA]`: says what a device's values rest on from now on. */
export async function stateCalibration(
  device: string,
  data: string | undefined,
  flags: AnswerFlags & { readonly reference: string; readonly expires?: string },
): Promise<ExitCode> {
  const by = person("--by", flags.by);
  const reason = reasonOf(flags.reason);
  const { reference, expires = null } = flags;
  if (expires !== null && !z.iso.date().safeParse(expires).success) {
    throw new LabError("usage.badDate", `--expires ${expires} is no date`, { hint: "write it as 2027-03-31" });
  }
  const desk = await openDesk(chosenFolder(data, process.env));
  const said = `${device} rests on ${reference}${expires === null ? "" : `, valid to ${expires}`}`;
  const command = { type: "device.calibrated", device, reference, expires, by, reason } as const;
  return giveAnswer(desk, command, said, flags.json === true);
}

/** `labloop device maintained DEVICE NAME [DATA]`: says that a maintenance of a device was done. */
export async function stateMaintenance(
  device: string,
  name: string,
  data: string | undefined,
  flags: AnswerFlags,
): Promise<ExitCode> {
  const by = person("--by", flags.by);
  const reason = reasonOf(flags.reason);
  const desk = await openDesk(chosenFolder(data, process.env));
  const command = { type: "device.maintained", device, maintenance: name, by, reason } as const;
  return giveAnswer(desk, command, `${name} of ${device} is done`, flags.json === true);
}
