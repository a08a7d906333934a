import { firstRolesOf, freeSlots, isSafe, type LabState, reservationsOf } from "@labloop/scheduler";
import { describe, expect, it } from "vitest";
import { demoLab, demoPlan, planOf, routePlan, run } from "./builders.ts";

const bindings = { printer: "printer-1", arm: "arm-1", balance: "balance-1" };
const printing = run("a", demoPlan, { open: "make", bindings: { printer: "printer-1" } });
const made = run("a", demoPlan, { done: ["make"], partRole: "printer", bindings: { printer: "printer-1" } });

describe("reservationsOf", () => {
  it("says who has a device, in which role, and whether a step or only the part is there", () => {
    const moving = run("a", demoPlan, { done: ["make"], partRole: "printer", open: "move1", bindings });
    const waiting = run("b", demoPlan, { done: ["make"], partRole: "printer", bindings: { printer: "printer-2" } });
    expect(reservationsOf([moving, waiting, run("c", demoPlan)])).toEqual({
      "arm-1": { runId: "a", role: "arm", why: "step", message: "run a uses it for move1" },
      "printer-1": { runId: "a", role: "printer", why: "step", message: "run a uses it for move1" },
      "balance-1": { runId: "a", role: "balance", why: "step", message: "run a uses it for move1" },
      "printer-2": { runId: "b", role: "printer", why: "part", message: "the part of run b stands on it" },
    });
  });

  it("lets go of what was only claimed: after the move the run has the balance alone", () => {
    const moved = run("a", demoPlan, { done: ["make", "move1"], partRole: "balance", bindings });
    expect(Object.keys(reservationsOf([moved]))).toEqual(["balance-1"]);
  });

  it("throws when two runs have one device, since nothing decided from that would be true", () => {
    const other = { ...printing, runId: "b" };
    expect(() => reservationsOf([printing, other])).toThrow("runs a and b both have printer-1");
  });
});

describe("freeSlots", () => {
  const first = firstRolesOf(demoPlan);
  const withAway = (id: string): LabState => ({
    devices: demoLab.devices.map((one) => (one.id === id ? { ...one, isAvailable: false } : one)),
  });

  it("asks for the roles of the first step only", () => {
    expect(first).toEqual({ printer: "fdm-printer" });
  });

  it("counts free printers, and not those that print, are away or were left behind", () => {
    expect(freeSlots(demoLab, [], first)).toBe(5);
    expect(freeSlots(demoLab, [printing], first)).toBe(4);
    expect(freeSlots(withAway("printer-4"), [printing], first)).toBe(3);
    const left = {
      devices: demoLab.devices.map((one) => ({ ...one, holder: one.id === "printer-2" ? "gone" : null })),
    };
    expect(freeSlots(left, [], first)).toBe(4);
  });

  it("counts a printer that only waits for the arm, unless its run is held", () => {
    expect(freeSlots(demoLab, [made], first)).toBe(5);
    expect(freeSlots(demoLab, [{ ...made, open: "move1", bindings }], first)).toBe(5);
    expect(freeSlots(demoLab, [{ ...made, isHeld: true }], first)).toBe(4);
  });

  it("does not count a device that its run comes back to", () => {
    const plan = routePlan({ printer: "fdm-printer", arm: "arm", balance: "balance" }, [
      "printer",
      "balance",
      "printer",
    ]);
    const a = run("a", plan, { done: ["make"], partRole: "printer", bindings: { printer: "printer-1" } });
    expect(freeSlots(demoLab, [a], first)).toBe(4);
  });

  it("does not count a device on which a run leaves its part for good", () => {
    const plan = planOf({ printer: "fdm-printer" }, [{ key: "make", role: "printer", partTo: "printer" }]);
    const a = run("a", plan, { done: ["make"], partRole: "printer", bindings: { printer: "printer-1" } });
    expect(freeSlots(demoLab, [a], first)).toBe(4);
  });

  it("is not lowered by queued runs, and rounds down when a start takes two devices", () => {
    expect(freeSlots(demoLab, [run("q", demoPlan)], first)).toBe(5);
    expect(freeSlots(demoLab, [], { left: "fdm-printer", right: "fdm-printer" })).toBe(2);
    expect(freeSlots(demoLab, [], { left: "fdm-printer", arm: "arm" })).toBe(1);
    expect(freeSlots(demoLab, [], {})).toBe(0);
  });
});

describe("isSafe", () => {
  const swap = routePlan({ tester: "tester", arm: "arm", balance: "balance" }, ["tester", "balance", "tester"]);
  const onTester = run("a", swap, { done: ["make"], partRole: "tester", bindings: { tester: "tester-1" } });
  const onBalance = run("b", swap, {
    done: ["make", "move1", "use1"],
    partRole: "balance",
    bindings: { tester: "tester-1", arm: "arm-1", balance: "balance-1" },
  });

  it("says no to two runs that stand in each other's way, and yes to either alone", () => {
    expect(isSafe(demoLab, [onTester, onBalance])).toBe(false);
    expect(isSafe(demoLab, [onTester])).toBe(true);
    expect(isSafe(demoLab, [onBalance])).toBe(true);
  });

  it("counts an open step as ended: the grant that will put them there is as unsafe as being there", () => {
    const moving = { ...onBalance, done: ["make"], partRole: "tester", open: "move1" };
    expect(isSafe(demoLab, [moving])).toBe(true);
    const next = run("a", swap, { open: "make", bindings: { tester: "tester-1" } });
    expect(isSafe(demoLab, [next, onBalance])).toBe(false);
  });

  it("says yes when a second device of the kind lets them pass", () => {
    const tester2 = { ...demoLab.devices.find(({ id }) => id === "tester-1")!, id: "tester-2" };
    const other = { ...onBalance, bindings: { ...onBalance.bindings, tester: "tester-2" } };
    expect(isSafe({ devices: [...demoLab.devices, tester2] }, [onTester, other])).toBe(true);
  });

  it("says no when a run can never get a device the lab does not have", () => {
    const plan = planOf({ printer: "fdm-printer", laser: "laser" }, [
      { key: "make", role: "printer", partTo: "printer" },
      { key: "cut", role: "laser", claims: ["laser", "printer"], partFrom: "printer" },
    ]);
    const a = run("a", plan, { done: ["make"], partRole: "printer", bindings: { printer: "printer-1" } });
    expect(isSafe(demoLab, [a])).toBe(false);
  });
});
