import type { LabView, OperatorCommand, Receipt, WaitingView } from "@labloop/contracts";

/** A lab that is being watched, here or over the feed, as of now. */
export interface Watched {
  view(): LabView;
  waiting(): readonly WaitingView[];
  labNow(): number;
  /** How far commands have got by their devices' own word, 0 to 1, by command id. */
  progress(): Readonly<Record<string, number>>;
  /** Why what is shown may be old; null when it is live. */
  stale(): string | null;
  /** Asks something of the campaign. */
  submit(command: OperatorCommand): Promise<Receipt>;
}
