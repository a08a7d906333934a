import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { driverText, troubles, unloadable, writeLab } from "../../packages/cli/test/drivers/trouble.ts";
import { openChromium, openPage, whyNoChromium } from "../support/chromium.ts";
import { root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { findingsAt, serve } from "./desk-page.ts";

const missing = whyNoChromium();
let browser: Browser;

beforeAll(async () => {
  if (missing === null) browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
});

/** A campaign on a mixer whose every step takes its time, beside an oven that does not load and a pump that throws. */
function writeCampaign(folder: string): string {
  writeLab(folder, {
    mixer: driverText({ lastsMs: 30_000 }),
    oven: unloadable.importThrows,
    pump: driverText({ trouble: troubles.throws, capability: "pump" }),
  });
  const original = join(root, "test/bench/instant-lab");
  for (const name of ["protocol.yaml", "candidates.csv"]) copyFileSync(join(original, name), join(folder, name));
  const campaign = join(folder, "campaign.yaml");
  writeFileSync(campaign, readFileSync(join(original, "campaign.yaml"), "utf8"));
  return campaign;
}

const card = (page: Page, device: string) => page.locator(`.device[aria-labelledby="device-${device}"]`);
const reload = (of: Locator) => of.getByRole("button", { name: /^Reload driver/ }).click();

test("the page shows drivers that do not load or crash with place and way out, and loads one anew, but not under a step", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const folder = privateFolder();
  const { url } = await serve([
    "run",
    writeCampaign(folder),
    "--seed",
    "1",
    "--data",
    join(folder, "data"),
    "--port",
    "0",
  ]);
  const { page, foreign, errors } = await openPage(browser);
  await page.goto(url);
  const [mixer, oven, pump] = [card(page, "mixer"), card(page, "oven"), card(page, "pump")];

  await oven.getByText("Its driver does not run").waitFor();
  await oven.getByText("no licence for the vendor's library").waitFor();
  await oven.getByText(join(folder, "oven.mjs:1")).waitFor();
  await oven.getByText("tried again by itself at").waitFor();
  await pump.getByText("the pump is on fire").waitFor();
  await pump.getByText(new RegExp(`pump\\.mjs:\\d+`)).waitFor();
  await pump.getByText("mend the driver, then have it loaded anew").waitFor();

  const { page: japanese } = await openPage(browser);
  await japanese.goto(`${url}?lang=ja`);
  await card(japanese, "pump").getByText("ドライバーの中でエラーが起きました。").waitFor();
  await card(japanese, "pump").getByText("the pump is on fire").waitFor();

  const refusal = mixer.locator(".request.refused");
  await mixer.getByText("mix for").waitFor();
  await reload(mixer);
  await refusal.getByText(/carries out run \d+, mix, and a driver makes way/).waitFor();
  await refusal.getByText("labloop device reload mixer --within").waitFor();
  expect(await page.locator(".desk").count()).toBe(0);

  const until = async (each: Page) => {
    await card(each, "pump").locator(".driver").waitFor();
    await card(each, "oven").locator(".driver").waitFor();
    await card(each, "mixer").getByRole("button").first().click();
    await card(each, "mixer").locator(".request.refused").waitFor();
  };
  expect(await findingsAt(browser, url, "drivers", until)).toEqual([]);

  // The file is as broken as before: the reason is told, and nothing is lost.
  await reload(oven);
  await oven.locator(".request.refused").getByText("no licence for the vendor's library").waitFor();
  writeFileSync(join(folder, "oven.mjs"), driverText({ capability: "oven" }));
  await reload(oven);
  await oven.locator(".state-idle").waitFor();
  await oven.locator(".request.refused").waitFor({ state: "detached" });
  await oven.locator(".driver").waitFor({ state: "detached" });
  await oven.getByText(/driver 1\.0\.0 loaded anew .+ by /).waitFor();
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});
