import { userInfo } from "node:os";
import { expect, test } from "vitest";
import { loginName } from "../src/login-name.ts";

test("who runs labloop goes by the account's name", () => {
  expect(loginName()).toBe(userInfo().username);
});

test("an account without a name, as in a container that runs under any number, goes by its number", () => {
  const unnamed = () => {
    throw new Error("uv_os_get_passwd returned ENOENT");
  };
  expect(loginName(unnamed)).toBe(`user ${process.getuid?.() ?? "without a name"}`);
});
