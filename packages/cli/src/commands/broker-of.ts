/** Returns the address of an external broker, from the flag or else from the environment. */
export function brokerOf(flag: string | undefined): string | undefined {
  return flag ?? process.env["LABLOOP_BROKER_URL"];
}
