type Ending = () => void | Promise<void>;
const endings: Ending[] = [];

/**
 * Has `end` called after every test file of this process, the last registered first.
 *
 * Files of one worker share modules: an `afterAll` in one of those would be of the first file alone.
 */
export function afterFile(end: Ending): void {
  endings.push(end);
}

/** Resolves when what was registered is done; `end-file.ts` calls it. */
export async function endFile(): Promise<void> {
  for (const end of endings.toReversed()) await end();
}
