import { readdirSync } from "node:fs";

/** What serial adapters and boards are called: `ttyS` are sockets on the mainboard, of which most systems name many that are not there. */
const linuxNames = /^(tty(USB|ACM|AMA|XRUSB|O|MFD|WCH)\d+|rfcomm\d+)$/;

/** Returns the serial ports that the system has, as a lab file names them; rejects when they cannot be listed. */
export async function listSerialPorts(): Promise<string[]> {
  // The library asks a program, udevadm, which small systems lack; it then ends the process by an error that nobody can catch.
  if (process.platform === "linux") {
    return readdirSync("/dev")
      .filter((name) => linuxNames.test(name))
      .map((name) => `/dev/${name}`)
      .toSorted();
  }
  const { SerialPort } = await import("serialport");
  return (await SerialPort.list()).map(({ path }) => path).toSorted();
}
