import { LabError } from "@labloop/contracts";
import type { Ending, Evidence } from "../define-device.ts";
import type { DeclaredFault, FaultDeclaration } from "./fault-declaration.ts";

type PlaceholdersOf<Message extends string> = Message extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersOf<Rest>
  : never;

/** Arguments are needed only where the message has places for them. */
type ArgumentsFor<Message extends string> = [PlaceholdersOf<Message>] extends [never]
  ? [values?: Readonly<Record<never, never>>, evidence?: Evidence]
  : [values: Readonly<Record<PlaceholdersOf<Message>, string | number>>, evidence?: Evidence];

/** Makes the error to be thrown. */
type FaultMaker<Message extends string> = ((...args: ArgumentsFor<Message>) => FaultError) & DeclaredFault;

type Faults<Declared extends Readonly<Record<string, FaultDeclaration>>> = {
  readonly [Name in keyof Declared]: FaultMaker<Declared[Name]["message"]>;
};

/**
 * An expected fault: thrown out of `run`, `start`, `watch` or `finish`, it ends the command as failed, without a search for
 * evidence; out of `baseline`, it says why the command is not begun.
 */
export class FaultError extends LabError {
  readonly physical: FaultDeclaration["physical"];
  readonly evidence: Evidence;

  constructor(fault: DeclaredFault, message: string, evidence: Evidence) {
    super(fault.code, message, fault.hint === undefined ? {} : { hint: fault.hint });
    this.physical = fault.physical;
    this.evidence = evidence;
  }

  /** The end that the fault makes. */
  get ending(): Extract<Ending, { state: "failed" }> {
    const { code, physical, evidence } = this;
    const message = this.hint === undefined ? this.message : `${this.message}; ${this.hint}`;
    const hasEvidence = Object.keys(evidence).length > 0;
    const error = { code, message, class: "instrument" };
    return { state: "failed", physical, error, ...(hasEvidence ? { evidence } : {}) };
  }
}

/**
 * Returns the faults of a driver by name: `throw faults.notStable({ seconds: 30 })`. Codes are `prefix.name`; a value that
 * the message has no place for, or a place without its value, does not compile.
 */
export function defineFaults<const Declared extends Readonly<Record<string, FaultDeclaration>>>(
  prefix: string,
  declared: Declared,
): Faults<Declared> {
  const makers = Object.entries(declared).map(([name, declaration]) => {
    const fault: DeclaredFault = { ...declaration, code: `${prefix}.${name}` };
    const make = (values: Readonly<Record<string, string | number>> = {}, evidence: Evidence = {}) => {
      return raise(fault, values, evidence);
    };
    return [name, Object.assign(make, fault)];
  });
  return Object.fromEntries(makers) as Faults<Declared>;
}

/** Returns the error to be thrown, with its values in the places of the message. */
export function raise(
  fault: DeclaredFault,
  values: Readonly<Record<string, string | number>>,
  evidence: Evidence = {},
): FaultError {
  const message = fault.message.replace(/\{(\w+)\}/g, (place, key: string) => String(values[key] ?? place));
  return new FaultError(fault, message, evidence);
}
