export type { Decision, Placement, Waiting, WaitReason } from "./decision.ts";
export { firstRolesOf, freeSlots } from "./free-slots.ts";
export type { DeviceView, LabState, RunState } from "./lab-state.ts";
export { placeSteps } from "./place-steps.ts";
export { type Reservation, reservationsOf } from "./reservations.ts";
export { isSafe } from "./safety.ts";
