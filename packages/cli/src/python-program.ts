/** Returns the Python interpreter of this machine's choice: what LABLOOP_PYTHON names, else the one on the path. */
export function pythonProgram(): string {
  return process.env["LABLOOP_PYTHON"] ?? (process.platform === "win32" ? "python" : "python3");
}
