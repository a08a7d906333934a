import { type LabState, placeSteps } from "@labloop/scheduler";
import { describe, expect, it } from "vitest";
import { demoLab, demoPlan, device, planOf, routePlan, run } from "./builders.ts";

const printed = { done: ["make"], partRole: "printer" };

function labWith(changes: Record<string, Partial<LabState["devices"][number]>>): LabState {
  return { devices: demoLab.devices.map((one) => ({ ...one, ...changes[one.id] })) };
}

describe("grants", () => {
  it("binds an unbound role to the device that has been idle longest, then to the lowest id", () => {
    const lab = labWith({
      "printer-1": { lastUsedAt: 9 },
      "printer-2": { lastUsedAt: 5 },
      "printer-3": { lastUsedAt: 5 },
    });
    const queue = ["a", "b", "c", "d", "e"].map((id, index) => run(id, demoPlan, { queuedAt: index }));
    expect(placeSteps(lab, queue, 0).placements.map(({ runId, device: id }) => [runId, id])).toEqual([
      ["a", "printer-4"],
      ["b", "printer-5"],
      ["c", "printer-2"],
      ["d", "printer-3"],
      ["e", "printer-1"],
    ]);
  });

  it("names the device that acts, the roles newly bound, and the instant", () => {
    const moving = run("a", demoPlan, { ...printed, bindings: { printer: "printer-3" } });
    expect(placeSteps(demoLab, [moving], 77)).toEqual({
      at: 77,
      placements: [{ runId: "a", stepKey: "move1", device: "arm-1", bindings: { arm: "arm-1", balance: "balance-1" } }],
      waiting: [],
    });
  });

  it("a device stays reserved while the part stands on it, though nothing runs there", () => {
    const a = run("a", demoPlan, { ...printed, bindings: { printer: "printer-1" }, isHeld: true });
    const lab: LabState = { devices: demoLab.devices.filter(({ id }) => !/printer-[2-5]/.test(id)) };
    expect(placeSteps(lab, [a, run("b", demoPlan, { queuedAt: 1 })], 0).waiting).toContainEqual({
      runId: "b",
      stepKey: "make",
      why: "occupied",
      message: "make waits for a free fdm-printer: printer-1: the part of run a stands on it",
      devices: ["printer-1"],
      runs: ["a"],
    });
  });

  it("a device is free again once the part has left it, while the run goes on elsewhere", () => {
    const bindings = { printer: "printer-1", arm: "arm-1", balance: "balance-1" };
    const a = run("a", demoPlan, { done: ["make", "move1"], partRole: "balance", bindings, open: "use1" });
    const lab: LabState = { devices: demoLab.devices.filter(({ id }) => !/printer-[2-5]/.test(id)) };
    expect(placeSteps(lab, [a, run("b", demoPlan)], 0).placements).toMatchObject([{ runId: "b", device: "printer-1" }]);
  });

  it("grants all claims at once or none: what a blocked step could have is left to others", () => {
    const onBalance = { done: ["make", "move1"], partRole: "balance" };
    const bindings = { arm: "arm-1", balance: "balance-1" };
    const weighing = run("a", demoPlan, {
      ...onBalance,
      bindings: { ...bindings, printer: "printer-1" },
      open: "use1",
    });
    const blocked = run("b", demoPlan, { ...printed, bindings: { printer: "printer-2" }, queuedAt: 1 });
    const onTester = { done: ["make", "move1", "use1", "move2", "use2"], partRole: "tester" };
    const clearing = run("c", demoPlan, {
      ...onTester,
      bindings: { printer: "printer-3", tester: "tester-1", ...bindings },
      queuedAt: 2,
    });
    const decision = placeSteps(demoLab, [weighing, blocked, clearing], 0);
    expect(decision.placements).toEqual([{ runId: "c", stepKey: "clear", device: "arm-1", bindings: {} }]);
    expect(decision.waiting).toMatchObject([{ runId: "b", stepKey: "move1", why: "occupied", runs: ["c", "a"] }]);
    expect(decision.waiting[0]?.message).toContain("balance-1: run a uses it for use1");
  });

  it("a role is one device for the whole run, though another one is free", () => {
    const lab: LabState = { devices: [...demoLab.devices, device("arm-2", "arm")] };
    const bindings = { printer: "printer-1", arm: "arm-2", balance: "balance-1" };
    const a = run("a", demoPlan, { done: ["make", "move1", "use1"], partRole: "balance", bindings });
    expect(placeSteps(lab, [a], 0).placements).toMatchObject([{ device: "arm-2", bindings: { tester: "tester-1" } }]);
  });

  it("two roles of a run are two devices", () => {
    const plan = planOf({ from: "pump", to: "pump" }, [{ key: "pour", role: "from", claims: ["from", "to"] }]);
    const one: LabState = { devices: [device("pump-1", "pump")] };
    const two: LabState = { devices: [...one.devices, device("pump-2", "pump")] };
    expect(placeSteps(two, [run("a", plan)], 0).placements).toMatchObject([
      { bindings: { from: "pump-1", to: "pump-2" } },
    ]);
    expect(placeSteps(one, [run("a", plan)], 0)).toMatchObject({ placements: [], waiting: [{ why: "noDevice" }] });
  });

  it("a device that lacks an operation of the plan is not chosen", () => {
    const lab: LabState = {
      devices: [device("pump-1", "pump", { operations: ["rinse"] }), device("pump-2", "pump", { operations: ["act"] })],
    };
    const plan = planOf({ pump: "pump" }, [{ key: "pour", role: "pump" }]);
    expect(placeSteps(lab, [run("a", plan)], 0).placements).toMatchObject([{ device: "pump-2" }]);
  });
});

describe("roles that share devices in part", () => {
  const plan = planOf({ coarse: "pump", fine: "pump" }, [
    { key: "rinse", role: "coarse" },
    { key: "pour", role: "fine", op: "dose" },
  ]);
  const both = device("pump-1", "pump", { operations: ["act", "dose"] });
  const plain = device("pump-2", "pump", { operations: ["act"] });

  it("leave the device that can do more to the role that needs it, though that role is bound later", () => {
    const lab: LabState = { devices: [both, plain] };
    expect(placeSteps(lab, [run("a", plan)], 0).placements).toMatchObject([{ device: "pump-2" }]);
  });

  it("wait for the right device rather than take the last one that a later role needs", () => {
    const lab: LabState = { devices: [both, { ...plain, holder: "gone" }] };
    expect(placeSteps(lab, [run("a", plan)], 0)).toMatchObject({
      placements: [],
      waiting: [{ why: "occupied", devices: ["pump-2"], runs: ["gone"] }],
    });
  });
});

describe("waiting", () => {
  it("E8: nothing is placed on a device that is not available, and the message says so", () => {
    const lab = labWith({ "arm-1": { isAvailable: false } });
    const a = run("a", demoPlan, { ...printed, bindings: { printer: "printer-1" } });
    expect(placeSteps(lab, [a], 0)).toEqual({
      at: 0,
      placements: [],
      waiting: [
        {
          runId: "a",
          stepKey: "move1",
          why: "unavailable",
          message: "move1 waits for a free arm: arm-1: it is not ready for commands",
          devices: ["arm-1"],
          runs: [],
        },
      ],
    });
  });

  it("a device that a run left behind is not given away, and the run is named", () => {
    const lab = labWith({ "balance-1": { holder: "gone" } });
    const a = run("a", demoPlan, { ...printed, bindings: { printer: "printer-1" } });
    expect(placeSteps(lab, [a], 0)).toMatchObject({
      placements: [],
      waiting: [{ why: "occupied", devices: ["balance-1"], runs: ["gone"] }],
    });
  });

  it("a held run starts nothing and keeps what it has", () => {
    const a = run("a", demoPlan, { ...printed, bindings: { printer: "printer-1" }, isHeld: true });
    expect(placeSteps(demoLab, [a], 0)).toMatchObject({ placements: [], waiting: [{ runId: "a", why: "held" }] });
  });

  it("a run that the lab has no device for never starts, so that it blocks no other", () => {
    const lab: LabState = { devices: demoLab.devices.filter(({ capability }) => capability !== "tester") };
    expect(placeSteps(lab, [run("a", demoPlan)], 0)).toMatchObject({
      placements: [],
      waiting: [{ why: "noDevice", stepKey: "make", message: expect.stringContaining("tester (tester): no device") }],
    });
  });

  it("a run with an open step neither starts another nor waits", () => {
    const a = run("a", demoPlan, { open: "make", bindings: { printer: "printer-1" } });
    expect(placeSteps(demoLab, [a], 0)).toEqual({ at: 0, placements: [], waiting: [] });
  });
});

describe("priority", () => {
  const arm = (id: string, done: readonly string[], partRole: string, queuedAt: number, printer: string) => {
    const bindings = { printer, balance: "balance-1", tester: "tester-1" };
    const used = Object.fromEntries(Object.entries(bindings).slice(0, done.length > 3 ? 3 : done.length > 1 ? 2 : 1));
    return run(id, demoPlan, { done, partRole, queuedAt, bindings: used });
  };

  it("the further advanced of two runs that want the arm goes first, though it is younger", () => {
    const early = arm("a", ["make"], "printer", 0, "printer-1");
    const late = arm("b", ["make", "move1", "use1", "move2", "use2"], "tester", 9, "printer-2");
    expect(placeSteps(demoLab, [early, late], 0).placements).toMatchObject([{ runId: "b", stepKey: "clear" }]);
  });

  it("of equally advanced runs the older goes first", () => {
    const older = arm("b", ["make"], "printer", 1, "printer-1");
    const younger = arm("a", ["make"], "printer", 2, "printer-2");
    expect(placeSteps(demoLab, [younger, older], 0).placements).toMatchObject([{ runId: "b" }]);
  });

  it("a run in flight goes before a queued one that wants the same device, though the queued one is older", () => {
    const plan = planOf({ oven: "oven", pump: "pump" }, [
      { key: "first", role: "oven" },
      { key: "second", role: "oven" },
    ]);
    const lab: LabState = { devices: [device("oven-1", "oven")] };
    const inFlight = run("b", plan, { queuedAt: 5, done: ["first"], bindings: { oven: "oven-1" } });
    expect(placeSteps(lab, [run("a", plan), inFlight], 0).placements).toMatchObject([{ runId: "b" }]);
  });

  it("within a run the step that frees the scarcest device goes first", () => {
    const plan = planOf({ oven: "oven", arm: "arm" }, [
      { key: "make", role: "oven", partTo: "oven" },
      { key: "log", role: "arm", after: ["make"] },
      { key: "clear", role: "arm", claims: ["arm", "oven"], after: ["make"], partFrom: "oven" },
    ]);
    const lab: LabState = { devices: [device("oven-1", "oven"), device("arm-1", "arm")] };
    const a = run("a", plan, { done: ["make"], partRole: "oven", bindings: { oven: "oven-1" } });
    expect(placeSteps(lab, [a], 0).placements).toMatchObject([{ stepKey: "clear" }]);
  });
});

describe("look-ahead", () => {
  const again = routePlan({ printer: "fdm-printer", arm: "arm", balance: "balance", tester: "tester" }, [
    "printer",
    "tester",
    "balance",
    "tester",
  ]);
  const bindings = { arm: "arm-1", tester: "tester-1", balance: "balance-1" };

  it("refuses the grant after which two runs would have to swap places", () => {
    const weighed = run("a", again, {
      done: ["make", "move1", "use1", "move2", "use2"],
      partRole: "balance",
      bindings: { ...bindings, printer: "printer-1" },
      isHeld: true,
    });
    const waitingForTester = run("b", again, { ...printed, bindings: { printer: "printer-2" }, queuedAt: 1 });
    expect(placeSteps(demoLab, [weighed, waitingForTester], 0).waiting[1]).toEqual({
      runId: "b",
      stepKey: "move1",
      why: "unsafe",
      message:
        "move1 waits: if run b took arm-1, printer-2, tester-1 now, it and run a could wait for each other for ever",
      devices: ["arm-1", "printer-2", "tester-1"],
      runs: ["a"],
    });
  });

  it("gives the free tester to the run on the balance that has to come back to it", () => {
    const weighed = run("a", again, {
      done: ["make", "move1", "use1", "move2", "use2"],
      partRole: "balance",
      bindings: { ...bindings, printer: "printer-1" },
    });
    const waitingForTester = run("b", again, { ...printed, bindings: { printer: "printer-2" }, queuedAt: 1 });
    expect(placeSteps(demoLab, [waitingForTester, weighed], 0).placements).toMatchObject([
      { runId: "a", stepKey: "move3" },
    ]);
  });

  it("stops no other run for two that already wait for each other", () => {
    const stuck = (id: string, done: readonly string[], partRole: string, printer: string) =>
      run(id, again, { done, partRole, bindings: { ...bindings, printer } });
    const onBalance = stuck("a", ["make", "move1", "use1", "move2", "use2"], "balance", "printer-1");
    const onTester = stuck("b", ["make", "move1", "use1"], "tester", "printer-2");
    const printOnly = routePlan({ printer: "fdm-printer", arm: "arm" }, ["printer"]);
    const queued = [run("c", again, { queuedAt: 3 }), run("d", printOnly, { queuedAt: 4 })];
    const decision = placeSteps(demoLab, [onBalance, onTester, ...queued], 0);
    expect(decision.placements).toMatchObject([{ runId: "d", stepKey: "make" }]);
    expect(decision.waiting.map(({ runId, why }) => [runId, why])).toEqual([
      ["a", "occupied"],
      ["b", "occupied"],
      ["c", "unsafe"],
    ]);
  });

  it("of two testers takes the one that lets everybody finish, and one nobody comes back to before both", () => {
    const roles = { printer: "fdm-printer", arm: "arm", balance: "balance", tester: "tester", shaker: "shaker" };
    const shaker = device("shaker-1", "shaker");
    const second = device("tester-2", "tester");
    const lab: LabState = { devices: [...demoLab.devices, second, shaker] };
    const moved = { done: ["make", "move1"], isHeld: true };
    const onBalance = run("x", routePlan(roles, ["tester", "balance", "tester"]), {
      ...moved,
      partRole: "balance",
      bindings: { arm: "arm-1", tester: "tester-1", balance: "balance-1" },
    });
    const onShaker = run("y", routePlan(roles, ["tester", "shaker", "tester"]), {
      ...moved,
      partRole: "shaker",
      bindings: { arm: "arm-1", tester: "tester-2", shaker: "shaker-1" },
    });
    const next = run("a", routePlan(roles, ["tester", "balance"]));
    expect(placeSteps(lab, [next, onBalance, onShaker], 0).placements).toMatchObject([{ device: "tester-2" }]);
    const third = { devices: [...lab.devices, device("tester-3", "tester", { lastUsedAt: 9 })] };
    expect(placeSteps(third, [next, onBalance, onShaker], 0).placements).toMatchObject([{ device: "tester-3" }]);
  });

  it("grants in the same decision what a less urgent grant has made safe", () => {
    const roles = { printer: "fdm-printer", arm: "arm", balance: "balance", tester: "tester", shaker: "shaker" };
    const lab: LabState = { devices: [...demoLab.devices, device("arm-2", "arm"), device("shaker-1", "shaker")] };
    const toTester = run("a", routePlan(roles, ["printer", "tester", "balance"]), {
      ...printed,
      bindings: { printer: "printer-1" },
    });
    const offBalance = run("b", routePlan(roles, ["balance", "shaker", "tester"]), {
      done: ["make"],
      partRole: "balance",
      bindings: { balance: "balance-1" },
      queuedAt: 1,
    });
    expect(placeSteps(lab, [toTester, { ...offBalance, isHeld: true }], 0)).toMatchObject({
      placements: [],
      waiting: [{ runId: "a", why: "unsafe" }, { why: "held" }],
    });
    expect(placeSteps(lab, [toTester, offBalance], 0).placements).toMatchObject([{ runId: "b" }, { runId: "a" }]);
  });
});
