import { randomBytes, scrypt, scryptSync, timingSafeEqual } from "node:crypto";
import { LabError } from "@labloop/contracts";
import * as z from "zod";

/** Node's defaults; a secret has 256 random bits, so that the cost only has to slow nobody down. */
const cost = { N: 16_384, r: 8, p: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;
/** Above any secret; a longer one is not hashed. */
const longestSecret = 128;

const StoredSecret = z.strictObject({
  N: z.number().int().min(2).max(131_072),
  r: z.number().int().min(1).max(16),
  p: z.number().int().min(1).max(4),
  salt: z.base64(),
  hash: z.base64(),
});

/** A credentials file of the embedded broker: for each user the scrypt hash of a secret, never the secret. */
const CredentialsFile = z.strictObject({ v: z.literal(1), users: z.record(z.string(), StoredSecret) });
type CredentialsFile = z.infer<typeof CredentialsFile>;

/** Who may connect. */
export interface Credentials {
  /** Resolves with whether this is the user's secret; takes as long for a user that there is not. */
  check(user: string, secret: string): Promise<boolean>;
}

/** Returns a new secret: 256 random bits in base64url. */
export function createSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Returns the content of a credentials file for these users and their secrets. */
export function writeCredentials(secrets: Readonly<Record<string, string>>): string {
  const users: CredentialsFile["users"] = {};
  for (const [user, secret] of Object.entries(secrets)) {
    const salt = randomBytes(saltBytes);
    users[user] = {
      ...cost,
      salt: salt.toString("base64"),
      hash: scryptSync(secret, salt, hashBytes, cost).toString("base64"),
    };
  }
  return `${JSON.stringify({ v: 1, users } satisfies CredentialsFile, null, 2)}\n`;
}

/** Returns the credentials in the content of a file; throws `broker.badCredentials`. */
export function readCredentials(text: string): Credentials {
  const parsed = CredentialsFile.safeParse(parse(text));
  if (!parsed.success) {
    throw new LabError("broker.badCredentials", "the credentials file of the broker cannot be read as one", {
      hint: "`labloop secure LAB.yaml --out DIR` writes it as credentials.json",
    });
  }
  const users = new Map(Object.entries(parsed.data.users));
  const nobody = {
    ...cost,
    salt: randomBytes(saltBytes).toString("base64"),
    hash: randomBytes(hashBytes).toString("base64"),
  };
  return {
    async check(user, secret) {
      const known = users.get(user);
      const { N, r, p, salt, hash } = known ?? nobody;
      const wanted = Buffer.from(hash, "base64");
      if (secret.length > longestSecret || wanted.length === 0) return false;
      const given = await new Promise<Buffer>((resolve, reject) => {
        scrypt(secret, Buffer.from(salt, "base64"), wanted.length, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
          if (error === null) resolve(key);
          else reject(error);
        });
      });
      return timingSafeEqual(given, wanted) && known !== undefined;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
