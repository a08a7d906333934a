/** Returns whether a process is there, whoever it is now. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // What may not be signalled is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
