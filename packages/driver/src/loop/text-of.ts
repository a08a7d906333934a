/**
 * Returns what something thrown says, for a log line or a fault's message. What the language itself throws at a mistake in a driver,
 * such as "Cannot read properties of undefined", says nothing to whoever looks for it: it is followed by the file's name and line.
 */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isMistake = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  const place = isMistake ? placeOf(error) : null;
  return place === null ? error.message : `${error.message} (${place})`;
}

/** Where it was thrown, without the folder, which differs between machines; null where that was in Node itself. */
function placeOf({ stack = "" }: Error): string | null {
  const [frame = ""] = /^ +at .*$/m.exec(stack) ?? [];
  const [, name, line] = /[/\\]([^/\\]+):(\d+):\d+\)?$/.exec(frame) ?? [];
  return name === undefined || /[( ]node:/.test(frame) ? null : `${name}:${line}`;
}
