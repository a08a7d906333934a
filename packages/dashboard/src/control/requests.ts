import type { CampaignView, Receipt } from "@labloop/contracts";

/** What a person can ask for. */
export type Control = CampaignControl | DeskControl | "reload";

/** What can be asked of the campaign as a whole. */
export type CampaignControl = "pause" | "resume" | "stop" | "abort" | "estop" | "clear";

/** What can be answered at the desk for what waits for a person. */
export type DeskControl = "answer" | "resolve" | "probe" | "release" | "restore";

/** What a request at the desk is about: its id, and what people call it. */
export interface Subject {
  readonly id: string;
  readonly label: string;
}

/** Something asked for, until it is acknowledged and a while after, or refused and dismissed. */
export interface ControlRequest {
  readonly id: number;
  readonly control: Control;
  /** Null when it is about the campaign. */
  readonly subject: Subject | null;
  readonly askedAt: number;
  /** Whether the campaign was in the phase that was asked for already: then that phase acknowledges nothing. */
  readonly wasShown: boolean;
  readonly phase: "requested" | "taken" | "acknowledged" | "refused";
  /** The event that the server recorded it as, once it said so. */
  readonly seq: number | null;
  readonly acknowledgedAt: number | null;
  /** Why it was refused. */
  readonly reason: string | null;
}

/** How long an acknowledgement stays on screen, in ms; a refusal stays until it is dismissed. */
const showAcknowledgedMs = 8_000;

/** What of the feed acknowledges requests. */
export interface FeedState {
  readonly seq: number;
  readonly phase: CampaignView["phase"] | null;
  readonly isStopActive: boolean;
}

/** Returns a request that was just made. */
export function newRequest(
  id: number,
  control: Control,
  askedAt: number,
  feed: FeedState,
  subject: Subject | null = null,
): ControlRequest {
  const wasShown = shows(control, feed);
  return { id, control, subject, askedAt, wasShown, phase: "requested", seq: null, acknowledgedAt: null, reason: null };
}

/** Returns a request after the server's answer: taken, which the feed must still show, or refused. */
export function afterReceipt(request: ControlRequest, receipt: Receipt): ControlRequest {
  if (!receipt.ok) return { ...request, phase: "refused", acknowledgedAt: null, reason: receipt.reason };
  return request.phase === "requested" ? { ...request, phase: "taken", seq: receipt.seq } : request;
}

/** Returns a request to which no answer came; one that the feed has acknowledged meanwhile did arrive. */
export function afterSilence(request: ControlRequest, reason: string): ControlRequest {
  return request.phase === "acknowledged" ? request : { ...request, phase: "refused", reason };
}

/**
 * Returns a request after a frame of the feed: acknowledged once the event that it was recorded as has come, or once the
 * campaign has come into the phase that was asked for.
 */
export function afterFeed(request: ControlRequest, feed: FeedState, now: number): ControlRequest {
  if (request.phase !== "requested" && request.phase !== "taken") return request;
  const isRecorded = request.seq !== null && feed.seq >= request.seq;
  const isShown = !request.wasShown && shows(request.control, feed);
  return isRecorded || isShown ? { ...request, phase: "acknowledged", acknowledgedAt: now } : request;
}

/** Returns the requests still to be shown. */
export function stillShown(requests: readonly ControlRequest[], now: number): readonly ControlRequest[] {
  const kept = requests.filter(
    ({ acknowledgedAt }) => acknowledgedAt === null || now - acknowledgedAt < showAcknowledgedMs,
  );
  return kept.length === requests.length ? requests : kept;
}

function shows(control: Control, { phase, isStopActive }: FeedState): boolean {
  switch (control) {
    case "pause":
      return phase === "paused";
    case "resume":
      return phase === "running";
    case "stop":
      return phase === "stopping" || phase === "finished";
    case "abort":
      return phase === "aborted";
    case "estop":
      return isStopActive;
    case "clear":
      return !isStopActive;
    // No phase of the campaign says that an answer was recorded: only the event itself does.
    case "answer":
    case "resolve":
    case "probe":
    case "release":
    case "restore":
    case "reload":
      return false;
  }
}
