import { createVirtualClock } from "@labloop/clock";
import type { OperatorCommand } from "@labloop/contracts";
import { expect, test } from "vitest";
import { diskRoom, watchDisk, whyFull } from "../src/disk.ts";

const gigabyte = 1024 ** 3;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

test("E13: less than 1 GB, or less than 5 %, is too little room", () => {
  expect(whyFull({ free: 0.9 * gigabyte, total: 10 * gigabyte })).toContain("0.9 GB of 10.0 GB");
  expect(whyFull({ free: 4 * gigabyte, total: 100 * gigabyte })).toContain("5 %");
  expect(whyFull({ free: 5 * gigabyte, total: 100 * gigabyte })).toBeNull();
});

test("the room of a real folder is read from its file system", () => {
  const { free, total } = diskRoom(".");
  expect(free > 0 && total >= free).toBe(true);
});

test("E13: a disk that fills up pauses the campaign once, and room made resumes it once", async () => {
  const clock = createVirtualClock(0);
  const submitted: OperatorCommand["type"][] = [];
  let free = 10 * gigabyte;
  const stop = watchDisk({
    room: () => ({ free, total: 20 * gigabyte }),
    desk: {
      submit(command) {
        submitted.push(command.type);
        return { ok: true, seq: submitted.length };
      },
      explain: () => [],
    },
    linkClock: clock,
    log: quiet,
  });
  const until = async (time: number) => {
    let isThere = false;
    clock.at(time, () => {
      isThere = true;
    });
    await clock.run(() => isThere);
  };
  await until(20_000);
  expect(submitted).toEqual([]);
  free = 1_000;
  await until(60_000);
  expect(submitted).toEqual(["campaign.pause"]);
  free = 10 * gigabyte;
  await until(100_000);
  expect(submitted).toEqual(["campaign.pause", "campaign.resume"]);
  stop();
  expect(await clock.run(() => false)).toBe("idle");
});
