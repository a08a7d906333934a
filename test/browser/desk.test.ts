import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LabView } from "@labloop/contracts";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChromium, openPage, whyNoChromium } from "../support/chromium.ts";
import { findingsAt, serve, tabTo } from "./desk-page.ts";
import { doubtfulCampaign } from "../support/doubtful-campaign.ts";
import { forgetfulLab } from "../support/forgetful-lab.ts";
import { type Launched, labloop, launch, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readEvents } from "../support/read-folder.ts";

const missing = whyNoChromium();
let browser: Browser;

beforeAll(async () => {
  if (missing === null) browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
});

const wide = { viewport: { width: 1440, height: 1000 } };

async function viewAt(url: string): Promise<LabView> {
  return (await (await fetch(`${url}/api/view`)).json()) as LabView;
}

async function end(run: Launched): Promise<void> {
  run.signal("SIGKILL");
  await run.ended;
}

/** Signs a form of the desk by keyboard: refused on the spot while it is empty, then with name and reason. */
async function sign(page: Page, form: string, reason: string): Promise<void> {
  await tabTo(page, `${form} .desk-submit`);
  await page.keyboard.press("Enter");
  await page.locator(form).getByText("An answer needs a name.").waitFor();
  await page.locator(form).getByText("An answer needs a reason.").waitFor();
  await page.waitForFunction((selector) => document.activeElement?.matches(`${selector} input`) === true, form);
  await page.keyboard.type("Ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type(reason);
  await page.keyboard.press("Enter");
}

test("a device out of use is released at the desk by keyboard alone, with name and reason, and is used again", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  // More experiments than the other printers can do before the pause, on cores however busy.
  const { campaign, data } = doubtfulCampaign(join(privateFolder(), "lab"), 60);
  const args = ["run", campaign, "--seed", "7", "--scale", "4000", "--data", data];
  expect(await labloop(args)).toMatchObject({ signal: "SIGKILL" });
  const { run, url } = await serve([...args, "--port", "0", "--wait"]);
  const doubted = async () => (await viewAt(url)).doubts[0]?.commandId;
  await expect.poll(doubted, { timeout: 60_000 }).toBeDefined();
  // Nothing more happens while the page is looked at.
  const pause = { type: "campaign.pause", name: "Bob", reason: "first the printer" };
  const headers = { "content-type": "application/json" };
  const asked = await fetch(`${url}/api/commands`, { method: "POST", headers, body: JSON.stringify(pause) });
  expect(asked.status).toBe(200);
  const skipped = ["--as", "discarded", "--by", "Bob", "--reason", "I cannot tell"];
  expect(await labloop(["doubt", "resolve", (await doubted()) ?? "", data, ...skipped])).toMatchObject({ code: 0 });

  const { page, foreign, errors } = await openPage(browser, wide);
  await page.goto(url);
  const card = '.desk-card[data-device="printer-1"]';
  await page.locator(card).getByText("printer-1 is out of use", { exact: true }).waitFor();
  const until = async (each: Page) => {
    await each.locator(`${card} > summary`).click();
    await each.locator(`${card} .desk-submit`).click();
  };
  expect(await findingsAt(browser, url, "out-of-use", until)).toEqual([]);
  await tabTo(page, `${card} > summary`);
  await page.keyboard.press("Enter");
  await sign(page, `${card} form`, "the plate is empty");
  await page.getByText(/Release \(printer-1\): recorded after/).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "desk-title");
  await page.getByRole("button", { name: /^Resume/ }).focus();
  await page.keyboard.press("Enter");
  const since = () => {
    const events = readEvents(data).map(({ event }) => event);
    return events.slice(events.findIndex(({ type }) => type === "device.released"));
  };
  const usesIt = () => since().some((event) => event.type === "step.intended" && event.device === "printer-1");
  await expect.poll(usesIt, { timeout: 60_000 }).toBe(true);
  expect(since()[0]).toMatchObject({ device: "printer-1", by: { name: "Ada" }, reason: "the plate is empty" });
  await end(run);
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});

test("§9: a journal restored from an old backup is confirmed at the desk by keyboard alone, and goes on above every fence", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const folder = privateFolder();
  const data = join(folder, "data");
  const { campaign } = forgetfulLab(join(folder, "lab"), { devices: [], experiments: 8 });
  const args = ["run", campaign, "--seed", "7", "--scale", "800", "--json", "--data", data];
  /** Runs until so many more experiments are observed, and dies. */
  const goOn = async (experiments: number) => {
    const run = launch(args);
    await run.until((lines) => lines.filter((line) => line.includes('"type":"observation"')).length >= experiments);
    await end(run);
  };
  await goOn(1);
  const [journal, backup] = [join(data, "journal.db"), join(folder, "backup.db")];
  for (const tail of ["", "-wal"]) copyFileSync(`${journal}${tail}`, `${backup}${tail}`);
  for (let lives = 0; lives < 2; lives++) await goOn(1);
  rmSync(`${journal}-shm`, { force: true });
  for (const tail of ["", "-wal"]) copyFileSync(`${backup}${tail}`, `${journal}${tail}`);

  const { run, url } = await serve([...args.filter((arg) => arg !== "--json"), "--port", "0", "--wait"]);
  const { page, foreign, errors } = await openPage(browser, wide);
  await page.goto(url);
  const form = "[aria-labelledby=restore-title] form";
  await page.locator(form).waitFor();
  const until = async (each: Page) => each.locator(`${form} .desk-submit`).click();
  expect(await findingsAt(browser, url, "old-journal", until)).toEqual([]);
  await sign(page, form, "the disk was replaced");
  await page.getByText(/Confirm.*: recorded after/).waitFor();
  await page.locator("[aria-labelledby=restore-title]").waitFor({ state: "detached" });
  const events = readEvents(data).map(({ event }) => event);
  const fences = events.flatMap((event) => (event.type === "device.fenceAbove" ? [event.fence] : []));
  expect(events.find(({ type }) => type === "engine.restoreConfirmed")).toMatchObject({
    by: { name: "Ada" },
    reason: "the disk was replaced",
    epoch: Math.max(...fences) + 1,
  });
  await end(run);
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});

/** The demo campaign in a lab whose balance tells a temperature, which stands in a file, and an interlock on it. */
function interlockedCampaign(folder: string): { campaign: string; warm: (degC: number) => void } {
  const { campaign, lab } = forgetfulLab(folder, { devices: [] });
  const file = join(folder, "temperature");
  const warm = (degC: number) => writeFileSync(file, String(degC));
  warm(20);
  const driver = join(root, "devices/mettler-toledo-mt-sics/driver.ts");
  const module = join(folder, "telling-balance.mjs");
  writeFileSync(
    module,
    `import { readFileSync } from "node:fs";
import driver from ${JSON.stringify(pathToFileURL(driver).href)};
const read = async () => ({ temperature: Number(readFileSync(${JSON.stringify(file)}, "utf8")) });
export default { ...driver, telemetry: { channels: { temperature: { unit: "degC" } }, everyMs: 200, read } };
`,
  );
  const interlocks = `
  interlocks:
    hood-cool: { device: balance, channel: temperature, below: 30 degC, clearsAt: 28 degC, staleAfter: 20 s }
`;
  writeFileSync(lab, `${readFileSync(lab, "utf8").replace(driver, module).trimEnd()}${interlocks}`);
  return { campaign, warm };
}

test("E15: an interlock that trips is shown with why, refuses to be resumed, and after it holds again a person resumes by keyboard", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const folder = privateFolder();
  const data = join(folder, "data");
  const { campaign, warm } = interlockedCampaign(join(folder, "lab"));
  // Else the run ends, and the page with it, once the interlock holds again and nothing moves.
  const stays = ["--port", "0", "--wait"];
  const { run, url } = await serve(["run", campaign, "--seed", "7", "--scale", "200", "--data", data, ...stays]);
  const { page, foreign, errors } = await openPage(browser, wide);
  await page.goto(url);
  const row = page.locator(".interlock-list li");
  await expect.poll(async () => (await viewAt(url)).campaign?.phase, { timeout: 60_000 }).toBe("running");

  warm(40);
  await page.locator('.interlock-list li[data-tripped="true"]').waitFor();
  expect(await row.innerText()).toMatch(/hood-cool[\s\S]*tripped[\s\S]*40 degC/);
  await page
    .locator(".desk, .status")
    .getByText(/hood-cool/)
    .first()
    .waitFor();
  const until = async (each: Page) => each.locator('.interlock-list li[data-tripped="true"]').waitFor();
  expect(await findingsAt(browser, url, "interlock", until)).toEqual([]);
  await page.getByRole("button", { name: /^Resume/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByText(/Resume was refused/).waitFor();
  expect((await viewAt(url)).campaign?.phase).toBe("paused");

  warm(20);
  await page.locator('.interlock-list li[data-tripped="false"]').waitFor();
  // It goes on after a person's word only.
  expect((await viewAt(url)).campaign?.phase).toBe("paused");
  await page.getByRole("button", { name: /^Resume/ }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await viewAt(url)).campaign?.phase, { timeout: 60_000 }).toBe("running");
  await end(run);
  const told = readEvents(data).map(({ event }) => event.type);
  expect(told.filter((type) => /^interlock|campaign\.(paused|resumed)/.test(type)).slice(-4)).toEqual([
    "interlock.tripped",
    "campaign.paused",
    "interlock.satisfied",
    "campaign.resumed",
  ]);
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});
