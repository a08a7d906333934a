/** An E-STOP as a device knows it. */
export interface Stop {
  /** 0 for none. */
  readonly stopId: number;
  readonly active: boolean;
}

/** Whether one stop counts more than another: the higher one does, and of the same the active one (S2). */
export function countsMore(stop: Stop, than: Stop): boolean {
  return stop.stopId > than.stopId || (stop.stopId === than.stopId && stop.active && !than.active);
}

/** What a journal knows of its device's latch. */
interface LatchHead {
  readonly stopId: number;
  readonly isLatched: boolean;
}

/** Returns the latch after a change; a stop that counts less than the known one changes nothing. */
export function latchAfter({ stopId, isLatched }: LatchHead, stop: Stop | undefined): LatchHead {
  if (stop === undefined || !countsMore(stop, { stopId, active: isLatched })) return { stopId, isLatched };
  return { stopId: stop.stopId, isLatched: stop.active };
}
