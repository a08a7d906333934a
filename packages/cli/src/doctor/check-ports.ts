import { createServer } from "node:net";
import { fine, type Finding, warning } from "./finding.ts";

/** A port that labloop uses unless it is told otherwise. */
interface WantedPort {
  readonly port: number;
  readonly what: string;
  /** What follows when it is taken. */
  readonly otherwise: string;
}

const wantedPorts: readonly WantedPort[] = [
  { port: 4820, what: "the page", otherwise: "the page takes the next free one and says which; --port names another" },
  {
    port: 1883,
    what: "a broker",
    otherwise:
      "if that is your broker, name it with --broker mqtt://127.0.0.1:1883; else give `labloop broker` another --port",
  },
];

/** Returns which of the ports are free on loopback. */
export async function checkPorts(ports: readonly WantedPort[] = wantedPorts): Promise<Finding[]> {
  return Promise.all(
    ports.map(async ({ port, what, otherwise }) => {
      const about = `port ${port}`;
      const code = await whyTaken(port);
      if (code === null) return fine(about, "port.free", `free for ${what}`);
      const why = code === "EADDRINUSE" ? "another program listens there" : `it cannot be opened (${code})`;
      return warning(about, "port.taken", `${why}, where ${what} would be`, otherwise);
    }),
  );
}

function whyTaken(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(null)));
  });
}
