import { networkInterfaces } from "node:os";
import { LabError } from "@labloop/contracts";

/**
 * Refuses a machine whose parts cannot reach each other over 127.0.0.1, since they would try for ever. Throws `run.noLoopback`.
 * Where nobody says which interfaces there are, as in a sandbox, they are left to try.
 */
export function requireLoopback(interfacesOf = networkInterfaces): void {
  const interfaces = readInterfaces(interfacesOf);
  const isUp = Object.values(interfaces ?? {}).some((all) =>
    all?.some(({ internal, family }) => internal && family === "IPv4"),
  );
  if (isUp || interfaces === null) return;
  const message = "this machine has no loopback interface that is up: nothing here can be reached at 127.0.0.1";
  throw new LabError("run.noLoopback", message, {
    hint: "on Linux: ip link set lo up; a container gets one with its network; --clock virtual needs none",
  });
}

function readInterfaces(interfacesOf: typeof networkInterfaces): ReturnType<typeof networkInterfaces> | null {
  try {
    return interfacesOf();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SYSTEM_ERROR") return null;
    throw error;
  }
}
