import type { Fault, Outcome } from "@labloop/contracts";
import { type DeviceDefinition, frameOf } from "@labloop/driver";
import * as z from "zod";
import { numberOrNull } from "./answer.ts";
import { checkDeclaration } from "./check-declaration.ts";
import type { TextDeclaration } from "./declaration.ts";
import { openSession, sendAtOnce, type TextSession } from "./session.ts";
import { toOperation } from "./to-operation.ts";

/** Returns the device that is declared, or every fault of the declaration. */
export function defineTextDevice(
  declared: TextDeclaration,
  faultAt: (path: readonly (string | number)[], fault: Fault) => Fault,
): Outcome<DeviceDefinition> {
  const faults = checkDeclaration(declared, faultAt);
  if (faults.length > 0) return { ok: false, faults };
  const { halt, health, calibration, telemetry } = declared;
  const operations = Object.entries(declared.operations).map(([name, one]) => [name, toOperation(declared, one)]);
  const definition: DeviceDefinition<object, TextSession> = {
    ...frameOf(declared),
    config: z.strictObject({}),
    connect: (stream, _config, context) => openSession(stream, declared, context),
    identify: ({ serial, firmware }) => ({ serial, firmware }),
    ...(halt === undefined
      ? {}
      : {
          halt: (session: TextSession) => sendAtOnce(session, halt),
        }),
    ...(health === undefined ? {} : { health: conditionWatch(health) }),
    ...(calibration === undefined ? {} : { calibration }),
    ...(telemetry === undefined ? {} : { telemetry: readings(telemetry) }),
    operations: Object.fromEntries(operations) as DeviceDefinition<object, TextSession>["operations"],
  };
  return { ok: true, value: definition as DeviceDefinition };
}

function conditionWatch({
  everyMs,
  whileActing,
  ask,
  ok,
}: NonNullable<TextDeclaration["health"]>): NonNullable<DeviceDefinition<object, TextSession>["health"]> {
  const isOk = new RegExp(ok, "u");
  return {
    everyMs,
    whileActing,
    async look({ exchange }) {
      const answer = await exchange.ask(ask);
      return isOk.test(answer) ? "ok" : { attention: `asked "${ask}", it says "${answer}"` };
    },
  };
}

function readings({
  everyMs,
  channels,
}: NonNullable<TextDeclaration["telemetry"]>): NonNullable<DeviceDefinition<object, TextSession>["telemetry"]> {
  return {
    everyMs,
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, { unit, description }]) => [
        name,
        { unit, ...(description === undefined ? {} : { description }) },
      ]),
    ),
    async read({ exchange }) {
      const read: Record<string, number | null> = {};
      for (const [name, { ask, answer }] of Object.entries(channels)) {
        const text = new RegExp(answer, "u").exec(await exchange.ask(ask))?.groups?.["value"];
        read[name] = numberOrNull(text?.trim() ?? "");
      }
      return read;
    },
  };
}
