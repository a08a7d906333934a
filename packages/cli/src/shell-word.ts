/**
 * Returns a text as a shell takes it for one word, so that a command which is shown can be copied: in double quotes where it has to
 * be quoted, which cmd.exe knows too, and in single ones where a POSIX shell would read something into double ones.
 */
export function shellWord(text: string): string {
  if (/^[\p{L}\p{N}_./:@%+,=-]+$/u.test(text)) return text;
  return /["$`!]|\\$/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
}
