import type { Socket } from "node:net";
import { LabError } from "@labloop/contracts";
import type { ByteStream } from "./byte-stream.ts";

/** Returns a TCP socket as a byte stream; bytes wait in the socket until the first `onData` listener is there. */
export function socketStream(socket: Socket): ByteStream {
  let isOpen = true;
  socket.on("close", () => {
    isOpen = false;
  });
  // A broken connection is told by `close`, which Node emits after every error; unheard, the error would end the process.
  socket.on("error", () => {
    isOpen = false;
  });
  return {
    get isOpen() {
      return isOpen;
    },
    write(bytes) {
      if (!isOpen) throw new LabError("wire.closed", "the TCP connection is closed; open it again before writing");
      socket.write(bytes);
    },
    onData(listener) {
      socket.on("data", listener);
      return () => socket.off("data", listener);
    },
    onClose(listener) {
      socket.once("close", listener);
      return () => socket.off("close", listener);
    },
    close() {
      isOpen = false;
      socket.destroy();
    },
  };
}
