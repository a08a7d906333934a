/** What the screen shows besides the view of the lab. */
export interface ScreenExtras {
  /** Lab time now, ms since 1970. */
  readonly labAt: number;
  /** How far commands have got by their devices' own word, 0 to 1, by command id. */
  readonly progress: Readonly<Record<string, number>>;
  /** The dashboard's address; null when there is none. */
  readonly dashboard: string | null;
  /** The data folder, as a person types it; null where it is not known. */
  readonly data: string | null;
  /** Why what is shown may be old; null when it is live. */
  readonly stale: string | null;
  /** The last thing that was said to the person at the keys. */
  readonly notice: string | null;
  readonly isHelpShown: boolean;
  /** Whether what waits for a person is shown in place of the devices. */
  readonly areDoubtsShown: boolean;
  /** Whether leaving leaves the campaign alone: when only watching, or once it is over. */
  readonly canQuit: boolean;
  /** Who is at the keys. */
  readonly person: string;
  /** What came of it, once it is over. */
  readonly end: readonly string[] | null;
}
