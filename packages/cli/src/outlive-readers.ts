import { say } from "./say.ts";

/**
 * Lets what is under way go on, and end as it is asked to, when nobody reads its output any more: the program behind a pipe
 * has ended (`| head`), or the terminal was closed. Output that finds no room is told once on stderr. Returns whether any
 * was lost in that way.
 */
export function outliveReaders({ stdout, stderr }: Pick<NodeJS.Process, "stdout" | "stderr">): () => boolean {
  let hasLost = false;
  const isUnread = ({ code }: NodeJS.ErrnoException) => code === "EPIPE" || code === "EIO";
  stdout.on("error", (error) => {
    if (isUnread(error) || hasLost) return;
    hasLost = true;
    say(`labloop: the output is lost from here on: ${error.message}`);
  });
  // What cannot be said here has nowhere else to be said; the journal has what counts.
  stderr.on("error", () => undefined);
  return () => hasLost;
}
