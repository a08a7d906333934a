import { expect, onTestFinished, test, vi } from "vitest";
import type { Control } from "../src/control/requests.ts";
import { sendCommand } from "../src/control/send-command.ts";

test.each<[Control, string]>([
  ["pause", "campaign.pause"],
  ["resume", "campaign.resume"],
  ["stop", "campaign.stop"],
  ["abort", "campaign.abort"],
  ["estop", "estop.raise"],
  ["clear", "estop.clear"],
])("%s asks the server for %s, whatever else is said with it", async (control, type) => {
  const asked: unknown[] = [];
  vi.stubGlobal("fetch", (_: string, { body }: { readonly body: string }) => {
    asked.push(JSON.parse(body));
    return Promise.resolve(Response.json({ seq: 7 }));
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(await sendCommand(control, { reason: "smoke", type: "campaign.resume" })).toEqual({ ok: true, seq: 7 });
  expect(asked).toEqual([{ reason: "smoke", type }]);
});
