import type { Member } from "../model/member.ts";

/**
 * Returns what holds values, in the unit of the readings, no further beyond them than so many times their range; leaves all as they are where they
 * have none. A bend grows without bound towards the end of what it reaches.
 */
export function reachOf(member: Member, ranges: number): (value: number) => number {
  const read = member.readings.means.map((mean) => member.restore(mean));
  const low = read.reduce((least, own) => Math.min(least, own), Number.POSITIVE_INFINITY);
  const high = read.reduce((most, own) => Math.max(most, own), Number.NEGATIVE_INFINITY);
  if (!(high > low)) return (value) => value;
  const beyond = ranges * (high - low);
  return (value) => Math.min(high + beyond, Math.max(low - beyond, value));
}
