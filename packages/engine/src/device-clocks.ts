/** How far two monotonic clocks may drift apart, as a share; chosen: twice what NTP slews a clock by. */
const drift = 0.001;

interface LeastOffset {
  readonly bootId: string;
  readonly offsetMs: number;
  readonly at: number;
}

/** What the messages of devices tell of their monotonic clocks. */
export interface DeviceClocks {
  /** Takes what a device wrote by its clock, and when that was received, on the link clock. */
  heard(device: string, bootId: string, tMono: number, receivedAt: number): void;
  /** Returns how long ago a device wrote it, ms; 0 where nothing was heard of that boot. */
  ageMs(device: string, bootId: string, tMono: number, now: number): number;
}

/**
 * Returns clocks of which nothing was heard. As for orders (contract section 10), what came faster than all else of its boot
 * is taken to have been on its way for no time: the age of anything else is what it took longer than that.
 */
export function createDeviceClocks(): DeviceClocks {
  const least = new Map<string, LeastOffset>();

  function offsetOf(device: string, bootId: string, now: number): number | null {
    const known = least.get(device);
    // A message that once came fast says less and less of clocks that drift.
    return known?.bootId === bootId ? known.offsetMs + (now - known.at) * drift : null;
  }

  return {
    heard(device, bootId, tMono, receivedAt) {
      const offsetMs = receivedAt - tMono;
      const known = offsetOf(device, bootId, receivedAt);
      if (known === null || offsetMs < known) least.set(device, { bootId, offsetMs, at: receivedAt });
    },
    ageMs(device, bootId, tMono, now) {
      const offsetMs = offsetOf(device, bootId, now);
      return offsetMs === null ? 0 : Math.max(0, now - tMono - offsetMs);
    },
  };
}
