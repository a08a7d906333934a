import { spawn } from "node:child_process";

/** What opens an address on each system. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Opens an address in the person's browser, or says it where there is none to open. */
export function openAddress(address: string, say: (text: string) => void): void {
  const [command, ...first] = openers[process.platform] ?? ["xdg-open"];
  const opener = spawn(command, [...first, address], { stdio: "ignore", detached: true });
  const fallBack = () => say(`open it yourself: ${address}`);
  opener.once("error", fallBack);
  opener.once("exit", (code) => (code === 0 ? say(`opened ${address}`) : fallBack()));
  opener.unref();
}
