import { userInfo } from "node:os";

/** Returns the name of the account that labloop runs as; "user 1234" where its number has no name, as in many containers. */
export function loginName(read: () => { readonly username: string } = userInfo): string {
  try {
    return read().username;
  } catch {
    return `user ${process.getuid?.() ?? "without a name"}`;
  }
}
