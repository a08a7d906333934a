/** Ends every line, either way. */
export const TERMINATOR = "\r\n";

/** What the pump can do. */
export const LIMITS = { minRpm: 10, maxRpm: 300, minS: 0.5, maxS: 60 } as const;

/** Where the pump is with its latest dose, and for how long (s) that dose has turned the head. */
export interface PumpState {
  readonly state: "NONE" | "RUN" | "DONE" | "STOPPED";
  /** Doses begun since the pump was made. */
  readonly dose: number;
  readonly seconds: number;
}

const STATE = /^(?:(NONE) 0|(RUN|DONE|STOPPED) (\d+) (\d+(?:\.\d+)?))$/;

/** Returns what an answer to `STATE?` says; null for any other line. */
export function decodeState(line: string): PumpState | null {
  const [, none, state, dose, seconds] = STATE.exec(line) ?? [];
  if (none !== undefined) return { state: "NONE", dose: 0, seconds: 0 };
  if (state !== "RUN" && state !== "DONE" && state !== "STOPPED") return null;
  return { state, dose: Number(dose), seconds: Number(seconds) };
}

/** Returns the answer to `STATE?`, without its terminator. */
export function encodeState({ state, dose, seconds }: PumpState): string {
  return state === "NONE" ? "NONE 0" : `${state} ${dose} ${seconds}`;
}
