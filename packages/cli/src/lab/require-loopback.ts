import type { NetworkInterfaceInfo } from "node:os";
import { LabError } from "@labloop/contracts";

/** Refuses a machine whose parts cannot reach each other over 127.0.0.1, since they would try for ever. Throws `run.noLoopback`. */
export function requireLoopback(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): void {
  const isUp = Object.values(interfaces).some((all) =>
    all?.some(({ internal, family }) => internal && family === "IPv4"),
  );
  if (isUp) return;
  const message = "this machine has no loopback interface that is up: nothing here can be reached at 127.0.0.1";
  throw new LabError("run.noLoopback", message, {
    hint: "on Linux: ip link set lo up; a container gets one with its network; --clock virtual needs none",
  });
}
