import { constants, accessSync, existsSync, readFileSync, statSync } from "node:fs";
import { type Clock, LabError, type LabDocument } from "@labloop/contracts";
import { connectTcp, listSerialPorts } from "@labloop/driver";
import { parseHostAndPort } from "../lab/open-wires.ts";
import { fault, fine, type Finding } from "./finding.ts";

const waitMs = 3_000;

/** Returns whether each device of a lab answers at its address, or its serial port is there and may be used; sends nothing. */
export async function checkReach({ devices }: LabDocument, linkClock: Clock): Promise<Finding[]> {
  const findings = await Promise.all(
    Object.entries(devices).map(async ([id, { transport }]) => {
      if (transport === "none" || "plant" in transport || "replay" in transport) return null;
      if ("tcp" in transport) return checkTcp(id, transport.tcp, linkClock);
      return checkSerial(id, transport.serial);
    }),
  );
  return findings.filter((finding) => finding !== null);
}

async function checkTcp(id: string, address: string, linkClock: Clock): Promise<Finding> {
  const about = `device ${id}`;
  try {
    const stream = await connectTcp({ ...parseHostAndPort(address), linkClock, timeoutMs: waitMs });
    stream.close();
    return fine(about, "device.reached", `something answers at ${address}`);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const why = error.message;
    const mend = /ECONNREFUSED/.test(why)
      ? "the machine is there and nothing listens on that port: check the port, and that the instrument's interface is on"
      : /ENOTFOUND|EAI_AGAIN/.test(why)
        ? "the name is not known here: check it, or write the address in numbers"
        : "check its cable, its power and its address, and a firewall on the way";
    return fault(about, "device.notReached", why, mend);
  }
}

async function checkSerial(id: string, path: string): Promise<Finding> {
  const about = `device ${id}`;
  if (process.platform === "win32" ? !(await listed()).includes(path) : !existsSync(path)) {
    const there = await listed();
    const ports = there.length === 0 ? "this machine has none" : `there are ${there.join(", ")}`;
    const mend = `plug it in, or write the port that it has: ${ports}`;
    return fault(about, "serial.missing", `there is no serial port ${path}`, mend);
  }
  if (process.platform === "win32") return fine(about, "serial.there", `${path} is there`);
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return fine(about, "serial.permitted", `${path} is there and may be used`);
  } catch {
    const group = groupName(statSync(path).gid);
    const mend = `sudo usermod -aG ${group} $USER, then log in again`;
    return fault(
      about,
      "serial.notPermitted",
      `this account may not use ${path}, which belongs to the group ${group}`,
      mend,
    );
  }
}

/** The ports there are; none where the system cannot list them. */
function listed(): Promise<string[]> {
  return listSerialPorts().catch(() => []);
}

function groupName(gid: number): string {
  const lines = existsSync("/etc/group") ? readFileSync("/etc/group", "utf8").split("\n") : [];
  return lines.find((line) => line.split(":")[2] === String(gid))?.split(":")[0] ?? String(gid);
}
