import { read } from "node:fs";
import { promisify } from "node:util";
import { LabError } from "@labloop/contracts";
import type { SerialPort } from "serialport";

const readFile = promisify(read);

type Binding = typeof SerialPort.binding;
type OpenPort = Awaited<ReturnType<Binding["open"]>>;

/**
 * Returns the binding with another way to read on Unix. A line that has hung up is read as zero bytes, which the library
 * takes for "not yet" and asks again for ever, at full load, without a word that the instrument has gone.
 */
export function hearingHangUps(binding: Binding): Binding {
  const open = async (options: Parameters<Binding["open"]>[0]) => {
    const port = await binding.open(options as never);
    // Windows completes reads by itself and has no poller.
    if ("poller" in port) port.read = (buffer, offset, length) => readUnix(port, buffer, offset, length);
    return port;
  };
  return { list: () => binding.list(), open } as Binding;
}

async function readUnix(
  port: Extract<OpenPort, { poller: unknown }>,
  buffer: Buffer,
  offset: number,
  length: number,
): Promise<{ buffer: Buffer; bytesRead: number }> {
  for (;;) {
    if (port.fd === null) throw Object.assign(new Error("the port is not open"), { canceled: true });
    try {
      const { bytesRead } = await readFile(port.fd, buffer, offset, length, null);
      if (bytesRead === 0) throw new LabError("wire.closed", "the serial line has hung up");
      return { buffer, bytesRead };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EAGAIN" && code !== "EWOULDBLOCK" && code !== "EINTR") throw error;
    }
    const { poller } = port;
    await new Promise<void>((resolve, reject) => {
      poller.once("readable", (error) => (error ? reject(error) : resolve()));
    });
  }
}
