import type { Duration, PlanStep, ProtocolDocument, RetryClass, Value, ValueSpec } from "@labloop/contracts";
import type { Expression } from "../expressions/expression.ts";
import type { InputKind } from "../expressions/step-scope.ts";

/** What one device says a parameter must be. */
export interface DeviceSpec {
  readonly device: string;
  readonly spec: ValueSpec;
}

/** A parameter of a step: settled, known once a role is bound, or an expression that a proposal's inputs decide. */
export type CheckedParam =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "device"; readonly role: string }
  | { readonly kind: "place"; readonly place: string }
  | {
      readonly kind: "expression";
      readonly expression: Expression;
      /** What each device that may do the step asks for; never empty, and all in one unit. */
      readonly specs: readonly DeviceSpec[];
    };

/** A step whose role, operation, parameters and part flow are known to fit the lab. */
export interface CheckedStep {
  readonly key: string;
  readonly role: string;
  readonly op: string;
  readonly params: Readonly<Record<string, CheckedParam>>;
  readonly retryClass: RetryClass;
  readonly precond?: PlanStep["precond"];
  /** Of every device that may do it. */
  readonly durations: readonly Duration[];
  readonly maxMs: number;
  readonly after: readonly string[];
  readonly claims: readonly string[];
  readonly partFrom: string | null;
  readonly partTo: string | null;
}

/** A protocol that was checked against a lab: what `compilePlan` takes. */
export interface CheckedProtocol {
  readonly document: ProtocolDocument;
  /** What each input is: its unit, or the names that it may be. */
  readonly inputs: ReadonlyMap<string, InputKind>;
  readonly steps: readonly CheckedStep[];
}
