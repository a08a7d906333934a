/**
 * Returns a check of one connection's bytes, chunk by chunk: false as soon as a fixed header announces more than
 * `maxBytes` after it (or its length is no MQTT length at all), long before the packet itself has arrived.
 *
 * The remaining length is base 128, least significant digit first, in one to four bytes whose top bit says "more"
 * (MQTT 3.1.1, section 2.2.3); a header can be split anywhere.
 */
export function createPacketGuard(maxBytes: number): (chunk: Uint8Array) => boolean {
  let toSkip = 0;
  let lengthDigits: number | null = null;
  let length = 0;

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, chunk.length - at);
        toSkip -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (lengthDigits === null) {
        lengthDigits = 0;
        length = 0;
        continue;
      }
      length += (byte & 0x7f) * 128 ** lengthDigits;
      lengthDigits++;
      const hasMore = (byte & 0x80) !== 0;
      if (length > maxBytes || (hasMore && lengthDigits === 4)) return false;
      if (!hasMore) {
        toSkip = length;
        lengthDigits = null;
      }
    }
    return true;
  };
}
