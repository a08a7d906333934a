import { LabError } from "@labloop/contracts";

/** Returns the number that a flag says; throws `usage.badNumber` when it is none, or is not above 0 for `--scale`. */
export function numberOf(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || (flag === "--scale" && value <= 0)) {
    throw new LabError("usage.badNumber", `${flag} ${text} is not a${flag === "--scale" ? " positive" : ""} number`);
  }
  return value;
}

/** Returns the port that a flag or a variable says, 0 for any free one; throws `usage.badNumber`. */
export function portOf(text: string, saidBy = "--port"): number {
  const number = numberOf(saidBy, text);
  if (Number.isInteger(number) && number >= 0 && number < 65_536) return number;
  throw new LabError("usage.badNumber", `${saidBy} ${text} is not a port number`);
}

/** Returns the seed that a flag says; throws `usage.badSeed` unless it is a whole number of 32 bits. */
export function seedOf(text: string): number {
  const seed = numberOf("--seed", text);
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff) return seed;
  throw new LabError("usage.badSeed", `--seed ${seed} is not a whole number from 0 to 4294967295`);
}

/** Returns the count that a flag says; throws `usage.badNumber` unless it is a whole number from 1 up. */
export function countOf(flag: string, text: string): number {
  const count = numberOf(flag, text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new LabError("usage.badNumber", `${flag} ${text} is not a whole number from 1 up`);
}
