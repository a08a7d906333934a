import { fault, fine, type Finding } from "./finding.ts";

/** Returns whether a Node can run labloop. */
export function checkNode(version: string): Finding[] {
  const [major = 0] = version.replace(/^v/, "").split(".").map(Number);
  if (major >= 24) return [fine("Node", "node.version", `${version} runs labloop`)];
  const mend = "start labloop by `npm start` or `npm run labloop --`, which bring their own, or install Node 24";
  return [fault("Node", "node.tooOld", `labloop runs on Node 24 or newer, and this is ${version}`, mend)];
}
