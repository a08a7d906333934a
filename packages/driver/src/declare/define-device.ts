import { LabError, type ValueSpecs } from "@labloop/contracts";
import * as z from "zod";
import type { CalibrationNeed, DeviceDefinition, DeviceFrame, Operation } from "../define-device.ts";
import { type FamilyHead, frameOf } from "./family-head.ts";
import type { AnyForm, OperationForms } from "./operation-form.ts";
import { refuseStrangeKeys } from "./strange-keys.ts";
import { toOperation } from "./to-operation.ts";
import type { SpecsByOperation } from "./value-specs.ts";

/** The names of all results, as `operation.result`. */
type ResultNames<Result> = {
  [Name in keyof Result & string]: `${Name}.${keyof Result[Name] & string}`;
}[keyof Result & string];

/**
 * A device as its author writes it: one object, data first. Every value is declared once, in `params` and `result`; what
 * the functions get and return follows from there.
 */
export interface DeviceDeclaration<Config, Session, Params, Result> extends FamilyHead, DeviceFrame<Config, Session> {
  /** Its part of the lab file; default: it has none. */
  readonly config?: z.ZodType<Config>;
  /** The instrument's own word on its identity; default: the session's `serial` and `firmware`, where it has them. */
  readonly identify?: (session: Session) => { readonly serial: string | null; readonly firmware: string | null };
  // Two mapped types of their own, so that the compiler reads the specs before it comes to the functions.
  readonly operations: { readonly [Name in keyof Params]: { readonly params: Params[Name] } } & {
    readonly [Name in keyof Result]: { readonly result: Result[Name] };
  } & OperationForms<NoInfer<Session>, NoInfer<Params>, NoInfer<Result>>;
  readonly calibration?: Omit<CalibrationNeed, "values" | "renew"> & {
    readonly values: readonly ResultNames<NoInfer<Result>>[];
    readonly renew?: Omit<NonNullable<CalibrationNeed["renew"]>, "operation"> & {
      readonly operation: keyof NoInfer<Params> & string;
    };
  };
}

/**
 * Returns the definition of a device, as `openDevice` takes it.
 *
 * A unit that is none, a result of another unit or name, a parameter that was not declared, and a non-repeatable act
 * without a probe do not compile.
 */
export function defineDevice<
  Config,
  Session,
  Params extends SpecsByOperation<Params> = Record<string, ValueSpecs>,
  Result extends SpecsByOperation<Result> = Record<string, ValueSpecs>,
>(declaration: DeviceDeclaration<Config, Session, Params, Result>): DeviceDefinition<Config, Session> {
  const { kind, driverVersion, capability, title, manual, metHardware, ...frame } = declaration;
  const forms = declaration.operations as unknown as Readonly<Record<string, AnyForm<Session>>>;
  const operations: Record<string, Operation<Session>> = {};
  try {
    refuseStrangeKeys({ ...declaration, operations: forms });
    for (const [name, form] of Object.entries(forms)) operations[name] = toOperation(name, form);
  } catch (error) {
    // The place to look at is in the driver's file, not in this one.
    if (error instanceof LabError) Error.captureStackTrace(error, defineDevice);
    throw error;
  }
  return {
    // Without a schema of its own nothing but an empty config is asked for, whatever its type.
    config: z.strictObject({}) as unknown as z.ZodType<Config>,
    identify: identityOf,
    ...frame,
    ...frameOf({
      kind,
      capability,
      title,
      manual,
      ...(driverVersion === undefined ? {} : { driverVersion }),
      ...(metHardware === undefined ? {} : { metHardware }),
    }),
    operations,
  };
}

function identityOf(session: unknown): { readonly serial: string | null; readonly firmware: string | null } {
  const said: Readonly<Record<string, unknown>> = typeof session === "object" && session !== null ? { ...session } : {};
  const textOf = (value: unknown) => (typeof value === "string" ? value : null);
  return { serial: textOf(said["serial"]), firmware: textOf(said["firmware"]) };
}
