import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openBroker } from "@labloop/broker";
import { wallNow } from "@labloop/clock";
import { beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "../contract/twins.ts";
import { demoCampaign, demoLab, jsonLines, labloop, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { whyNoPython } from "../support/python-environment.ts";
import { readCommands, settledBy } from "../support/read-commands.ts";
import { readEvents } from "../support/read-folder.ts";
import { idOf, openPythonBench } from "./support/python-bench.ts";
import { startPythonDevice } from "./support/python-device.ts";

const why = whyNoPython();
const balance = join(root, "devices/python/examples/balance.py");

/** The demo's lab with the balance in Python, and its campaign, six experiments long. */
async function labWithPythonBalance() {
  const folder = privateFolder();
  for (const file of ["protocol.yaml", "candidates.csv"]) {
    copyFileSync(join(dirname(demoCampaign), file), join(folder, file));
  }
  copyFileSync(join(dirname(demoLab), "designs.csv"), join(folder, "designs.csv"));
  const lab = readFileSync(demoLab, "utf8")
    .replace("../../worlds/", `${join(root, "simulator/worlds")}/`)
    .replace('"@labloop/device-mettler-toledo-mt-sics"', "./balance.caps.json");
  writeFileSync(join(folder, "lab.yaml"), lab);
  const campaign = readFileSync(demoCampaign, "utf8")
    .replace("../../simulator/labs/demo/lab.yaml", "lab.yaml")
    .replace("experiments: 60", "experiments: 6");
  writeFileSync(join(folder, "campaign.yaml"), campaign);
  const announced = startPythonDevice([balance, "--announce", join(folder, "balance.caps.json")]);
  expect(await announced.ended).toMatchObject({ code: 0 });
  return { folder, run: ["run", join(folder, "campaign.yaml"), "--json", "--data", join(folder, "data")] };
}

/** An hour's rest, as long as the lab's clock says. */
const rester = `from labloop_driver import Context, Device, Q
from pydantic import BaseModel

rester = Device("rester", "1.0.0", capability="rester")


class Rested(BaseModel):
    rested: Q["s"]


@rester.operation(retry="idempotent", typical="1 h", timeout="2 h")
async def rest(ctx: Context) -> Rested:
    began = ctx.now()
    await ctx.sleep(3600)
    return Rested(rested=(ctx.now() - began) / 1000)
`;

describe("a Python driver in a simulated lab that runs faster than life", () => {
  beforeEach((context) => context.skip(why !== null, why ?? ""));

  test("in 39 lines it stands in for the demo's balance, and the campaign runs to its end", async () => {
    expect(readFileSync(balance, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(39);
    const { folder, run } = await labWithPythonBalance();
    const broker = await openBroker({ lab: "demo", log: silentLog });
    const about = ["--device", "balance", "--lab", "demo", "--broker", broker.url];
    const world = ["--world", join(folder, "data/world/address.json")];
    // Before there is a world.
    const driver = startPythonDevice([balance, ...about, ...world, "--journal", join(folder, "balance.db")]);
    try {
      const { code, stdout, stderr } = await labloop([
        ...run,
        "--broker",
        broker.url,
        "--scale",
        "4000",
        "--seed",
        "3",
      ]);
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
      expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments: 6 });
      const weighed = readCommands(readEvents(join(folder, "data"))).filter(({ op }) => op === "weigh");
      expect(weighed.map((command) => settledBy(command)?.as)).toEqual(weighed.map(() => "succeeded"));
      expect(weighed.length).toBeGreaterThanOrEqual(6);
      driver.signal("SIGTERM");
      expect((await driver.ended).code).toBe(0);
    } finally {
      await broker.close();
    }
  });

  test("in virtual time, which no other process can keep, the campaign is refused by name", async () => {
    const { run } = await labWithPythonBalance();
    expect(await labloop([...run, "--clock", "virtual"])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("the driver of balance runs in one of its own"),
    });
  });

  test("§10: acts last as long as the lab's clock says; times to live and fences go on by the real one", async () => {
    const folder = privateFolder();
    const file = join(folder, "rester.py");
    writeFileSync(file, rester);
    const at = wallNow();
    const clock = { kind: "scaled", scale: 36_000, labAt: at, wallAt: at } as const;
    const world = (name: string, content: object) => {
      writeFileSync(join(folder, name), JSON.stringify({ v: 1, lab: "bench", seed: 1, clock, wires: {}, ...content }));
      return join(folder, name);
    };
    const bench = await openPythonBench({ file });
    await bench.boot("--world", world("world.json", {}));
    expect(bench.states.at(-1)).toMatchObject({ mode: "simulated", clock });
    await bench.reconcile(2);
    const order = { op: "rest", params: {}, retryClass: "idempotent", epoch: 2 } as const;
    // In lab time these 30 s would be over in a ms.
    await bench.execute(1, { ...order, ttlMs: 30_000 });
    const { result = {} } = await bench.report(1, "succeeded");
    expect((result["rested"] as { value: number }).value).toBeGreaterThanOrEqual(3_600);
    await bench.execute(2, { ...order, issuedAt: new Date(at - 60_000).toISOString() });
    expect((await bench.report(2, "rejected")).error?.code).toBe("device.expired");
    await bench.execute(3, { ...order, epoch: 1 });
    expect(await bench.refusal("stale-epoch")).toMatchObject({ commandId: idOf(3) });

    await bench.device().kill();
    const told = async (path: string) => (await startPythonDevice(bench.args("--world", path)).ended).stderr;
    expect(await told(world("other.json", { lab: "other" }))).toContain("is the address of lab other, not of bench");
    const virtual = world("virtual.json", { clock: { ...clock, kind: "virtual" } });
    expect(await told(virtual)).toContain("virtual time, which goes on in a single process only");
    await bench.close();
  });
});
