import type { Log } from "@labloop/contracts";
import type { AuthenticateError, Client } from "aedes";
import { identityOf, userOf } from "./access.ts";
import type { Credentials } from "./credentials.ts";

/** Codes of MQTT 3.1.1, table 3.1. */
const identifierRejected = 2;
const badUserOrPassword = 4;
const notAuthorized = 5;

type Done = (error: AuthenticateError | null, isAdmitted: boolean | null) => void;

/**
 * Returns the broker's answer to CONNECT. A client is known by its id; where there are credentials its user must be that
 * very identity, so that nobody takes another's place.
 */
export function createAdmission(credentials: Credentials | null, log: Log) {
  async function whyRefused(
    client: Client,
    user: string | undefined,
    secret: Buffer | undefined,
  ): Promise<AuthenticateError | null> {
    const identity = identityOf(client.id);
    if (identity === null) {
      return refusal(identifierRejected, "a client id is dev-{device}, eng-{cell}-{epoch} or stop-{name}");
    }
    if (!client.clean) return refusal(notAuthorized, "a session must be clean: a kept one delivers stale commands");
    if (credentials === null) return null;
    if (user !== userOf(identity)) {
      return refusal(badUserOrPassword, `${client.id} has to come as user ${userOf(identity)}`);
    }
    try {
      if (await credentials.check(user, secret?.toString("utf8") ?? "")) return null;
      return refusal(badUserOrPassword, `the secret of ${user} is wrong, or there is no such user`);
    } catch (error) {
      log.error({ user, reason: String(error) }, "a secret could not be checked");
      return refusal(notAuthorized, "the secret could not be checked");
    }
  }

  async function answer(client: Client, user: string | undefined, secret: Buffer | undefined, done: Done) {
    const why = await whyRefused(client, user, secret);
    done(why, why === null);
  }

  return (client: Client, user: string | undefined, secret: Buffer | undefined, done: Done): void =>
    void answer(client, user, secret, done);
}

function refusal(returnCode: number, message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
}
