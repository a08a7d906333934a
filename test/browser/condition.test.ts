import { appendFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byHandLab } from "../support/by-hand-lab.ts";
import { openChromium, openPage, whyNoChromium } from "../support/chromium.ts";
import { privateFolder } from "../support/private-folder.ts";
import { serve } from "./desk-page.ts";

const missing = whyNoChromium();
let browser: Browser;

beforeAll(async () => {
  if (missing === null) browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
});

const hood = `import { defineDevice } from "@labloop/driver";
import * as z from "zod";
export default defineDevice({
  kind: "bench-hood", driverVersion: "1.0.0", capability: "hood", link: "own",
  title: { en: "A hood", ja: "ドラフト" },
  manual: "none: it stands for no instrument",
  config: z.strictObject({}),
  connect: async (stream) => stream,
  identify: () => ({ serial: "H-1", firmware: null }),
  health: { everyMs: 1_000, look: async () => ({ attention: "the filter is full" }) },
  operations: {},
});
`;

test("the card of a device says in its driver's words what a person should see to, and since when", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const { campaign, data } = byHandLab(join(privateFolder(), "lab"), 1);
  writeFileSync(join(dirname(campaign), "hood.mjs"), hood);
  appendFileSync(join(dirname(campaign), "lab.yaml"), "  hood:\n    module: ./hood.mjs\n");
  const { run, url } = await serve(["run", campaign, "--seed", "1", "--data", data, "--port", "0"]);
  const { page, foreign, errors } = await openPage(browser, { viewport: { width: 820, height: 1180 } });
  await page.goto(url);
  const condition = page.locator("li.device", { has: page.locator("#device-hood") }).locator(".health");
  await condition.getByText("the filter is full").waitFor();
  expect(await condition.getAttribute("data-state")).toBe("attention");
  expect(await condition.innerText()).toMatch(/^Needs attention, since \w+ \d+, \d+, [\d:]+\s+the filter is full$/);
  const shots = process.env["LABLOOP_SHOTS"];
  if (shots !== undefined) await page.screenshot({ path: join(shots, "condition.png"), fullPage: true });
  run.signal("SIGKILL");
  await run.ended;
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});
