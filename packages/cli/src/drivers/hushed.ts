/** What a driver's process is started with, so that an older Node does not speak there of experiments in the driver's name. */
export const hushed: readonly string[] = ["--import", new URL("../../bin/hush-experimental.mjs", import.meta.url).href];
