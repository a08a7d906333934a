import { expect, test } from "vitest";
import { mosquittoAcl, mosquittoPasswords } from "../src/index.ts";

test("T4: the access list names what each client may say and hear, and nothing outside a client's section", () => {
  const text = mosquittoAcl("demo", [
    { role: "device", name: "arm" },
    { role: "engine", name: "main" },
    { role: "stop", name: "door" },
  ]);
  expect(text).toBe(`user dev-arm
topic write labloop/v1/demo/device/arm/rep
topic write labloop/v1/demo/device/arm/state
topic write labloop/v1/demo/device/arm/caps
topic write labloop/v1/demo/device/arm/hb
topic write labloop/v1/demo/device/arm/tel
topic write labloop/v1/demo/device/arm/blob/+
topic read labloop/v1/demo/device/arm/cmd
topic read labloop/v1/demo/device/arm/ctl
topic read labloop/v1/demo/engine/+/state
topic read labloop/v1/demo/engine/+/hb
topic read labloop/v1/demo/estop

user eng-main
topic write labloop/v1/demo/device/+/cmd
topic write labloop/v1/demo/device/+/ctl
topic write labloop/v1/demo/estop
topic write labloop/v1/demo/engine/main/state
topic write labloop/v1/demo/engine/main/hb
topic read labloop/v1/demo/device/+/rep
topic read labloop/v1/demo/device/+/state
topic read labloop/v1/demo/device/+/caps
topic read labloop/v1/demo/device/+/hb
topic read labloop/v1/demo/device/+/tel
topic read labloop/v1/demo/device/+/blob/+
topic read labloop/v1/demo/engine/+/state
topic read labloop/v1/demo/engine/+/hb
topic read labloop/v1/demo/estop

user stop-door
topic write labloop/v1/demo/estop
topic read labloop/v1/demo/estop
`);
});

test("a password line has Mosquitto's form, and no secret in it", () => {
  const text = mosquittoPasswords({ "dev-arm": "hush" });
  expect(text).toMatch(/^dev-arm:\$7\$101\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==\n$/);
  expect(text).not.toContain("hush");
});
