import { LabError, type TransportConfig } from "@labloop/contracts";
import type { SerialPort } from "serialport";
import type { ByteStream } from "./byte-stream.ts";
import { hearingHangUps } from "./serial-read.ts";

/** A serial port and how its bytes are cut into bits, as the lab file has them. */
export type SerialPortSettings = Omit<Extract<TransportConfig, { serial: string }>, "record">;

/**
 * Opens a serial port, locked against other programs where the system can.
 *
 * Rejects with `wire.unreachable` when it is not there, not permitted or in use; the message says which.
 */
export async function connectSerial(settings: SerialPortSettings): Promise<ByteStream> {
  // Loaded when a lab has such a port: it brings a compiled library, which not every system has.
  const { SerialPort: Port } = await import("serialport");
  const { serial: path, ...line } = settings;
  return new Promise((resolve, reject) => {
    const options = { path, ...line, autoOpen: false, binding: hearingHangUps(Port.binding) };
    const port = new Port(options);
    port.open((error) => {
      if (error === null) {
        resolve(streamOf(port));
        return;
      }
      const hint = /permission|denied|EACCES/i.test(error.message)
        ? "on Linux the user must be in the group that owns the port, often dialout"
        : "see which ports there are with `labloop doctor`; another program may hold it";
      reject(new LabError("wire.unreachable", `the serial port ${path} cannot be opened: ${error.message}`, { hint }));
    });
  });
}

function streamOf(port: SerialPort): ByteStream {
  // An unplugged adapter says so by an error or by a close, depending on the system; unheard, the error would end the process.
  port.on("error", () => port.destroy());
  return {
    get isOpen() {
      return port.isOpen;
    },
    write(bytes) {
      if (!port.isOpen) throw new LabError("wire.closed", "the serial port is closed; open it again before writing");
      port.write(Buffer.from(bytes));
    },
    onData(listener) {
      port.on("data", listener);
      return () => port.off("data", listener);
    },
    onClose(listener) {
      port.once("close", listener);
      return () => port.off("close", listener);
    },
    close() {
      if (port.isOpen) port.close();
    },
  };
}
