/** What the engine does to the outside once the event that asked for it is durable; ids are stable, so doing one again is safe. */
export type Effect =
  | { readonly type: "publishCommand"; readonly commandId: string }
  | { readonly type: "acknowledge"; readonly device: string; readonly commandId: string }
  | { readonly type: "cancelCommand"; readonly commandId: string; readonly reason: string }
  | { readonly type: "probeDevice"; readonly commandId: string }
  | { readonly type: "sendAnswer"; readonly commandId: string }
  | { readonly type: "reconcile"; readonly device: string }
  | { readonly type: "stopReconcile"; readonly device: string }
  /** Says on the broker how the E-STOP stands. */
  | { readonly type: "callStop" }
  | { readonly type: "raiseEpoch" }
  | { readonly type: "askOptimizer"; readonly proposalId: string };
