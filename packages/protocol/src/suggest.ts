const longest = 64;
// Fewer letters begin too many names to be short for one.
const shortest = 3;

/** Returns "did you mean …?" with the known name nearest to a wrong one, or the only one that it is short for; undefined when there is none. */
export function suggest(wrong: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const nearest = nearestName(wrong, names) ?? longName(wrong, names);
  return nearest === undefined ? undefined : `did you mean '${nearest}'?`;
}

/** Returns a suggestion, or else the list of what there is. */
export function suggestOrList(wrong: string, known: Iterable<string>, what: string): string {
  const names = [...known];
  return suggest(wrong, names) ?? `${what}: ${listOf(names)}`;
}

/** Returns up to eight names in one line; "none" when there are none. */
export function listOf(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

/** Returns the known name within a third of the wrong name's letters (at least one edit), letter case apart. */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  if (wrong.length > longest) return undefined;
  const allowed = Math.max(1, Math.floor(wrong.length / 3));
  let nearest: string | undefined;
  let least = allowed + 1;
  for (const name of known) {
    if (Math.abs(name.length - wrong.length) > allowed) continue;
    const edits = editsBetween(wrong.toLowerCase(), name.toLowerCase());
    if (edits < least) [nearest, least] = [name, edits];
  }
  return nearest;
}

/** The only known name that begins with a wrong one, letter case apart. */
function longName(wrong: string, known: readonly string[]): string | undefined {
  if (wrong.length < shortest) return undefined;
  const [name, ...others] = known.filter((own) => own.toLowerCase().startsWith(wrong.toLowerCase()));
  return others.length === 0 ? name : undefined;
}

/** The optimal string alignment distance: inserted, dropped, changed and swapped letters. */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      }
      row.push(edits);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}
