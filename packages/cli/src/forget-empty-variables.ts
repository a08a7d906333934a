/**
 * Takes away each of labloop's variables that is set to nothing, as compose files and CI leave one without a value: it is
 * then as if it were not set, rather than a folder, a port or an address without a name.
 */
export function forgetEmptyVariables(env: Record<string, string | undefined>): void {
  for (const name of Object.keys(env)) if (name.startsWith("LABLOOP_") && env[name] === "") delete env[name];
}
