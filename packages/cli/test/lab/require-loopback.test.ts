import { expect, test } from "vitest";
import { requireLoopback } from "../../src/lab/require-loopback.ts";

test("a machine without a loopback interface is told, and one that has it is not", () => {
  const at = (address: string, internal: boolean) =>
    ({
      address,
      internal,
      family: "IPv4",
      netmask: "255.0.0.0",
      mac: "00:00:00:00:00:00",
      cidr: `${address}/8`,
    }) as const;
  expect(() => requireLoopback(() => ({}))).toThrow("no loopback interface");
  expect(() => requireLoopback(() => ({ eth0: [at("192.0.2.7", false)] }))).toThrow("no loopback interface");
  expect(() => requireLoopback(() => ({ eth0: [at("192.0.2.7", false)], lo: [at("127.0.0.1", true)] }))).not.toThrow();
  expect(() => requireLoopback()).not.toThrow();
});

test("a machine that does not say which interfaces it has is not refused", () => {
  const silent = () => {
    throw Object.assign(new Error("uv_interface_addresses returned Unknown system error 13"), {
      code: "ERR_SYSTEM_ERROR",
    });
  };
  expect(() => requireLoopback(silent)).not.toThrow();
});
