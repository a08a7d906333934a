import type { Actor, DriverStanding, Fault } from "@labloop/contracts";

/** What a gateway knows of the drivers of a lab, and where it takes wishes about them. */
export interface DriverDesk {
  /** How drivers do that run in processes of their own, and those that could not be loaded, by device. */
  standings(): Readonly<Record<string, DriverStanding>>;
  /** The devices whose drivers can be loaded anew. */
  reloadable(): readonly string[];
  /**
   * Has a driver loaded anew and resolves with why it was not, which is nothing once the new one has taken over. A device
   * that carries something out is refused at once: nobody at a page waits for an act of an hour.
   */
  reload(device: string, by: Actor, signal: AbortSignal): Promise<readonly Fault[]>;
}

/** What a lab has whose drivers run where nobody here can reach them. */
export const noDrivers: DriverDesk = {
  standings: () => ({}),
  reloadable: () => [],
  reload: async (device) => [
    { code: "device.notHosted", message: `the driver of ${device} does not run in a process of its own here` },
  ],
};
