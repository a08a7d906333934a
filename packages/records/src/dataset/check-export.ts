import type { AccessLabel, Fault, Outcome, Text } from "@labloop/contracts";

/** What data must say of themselves before they leave the lab; undefined is what nobody said. */
export interface Disclosure {
  readonly description?: Text | undefined;
  readonly dataManager?: string | undefined;
  readonly access?: AccessLabel | undefined;
}

const lines: Readonly<Record<keyof Disclosure, { readonly what: string; readonly line: string }>> = {
  description: {
    what: "description",
    line: "description: { en: What was measured and why, ja: 何をなぜ測ったか }",
  },
  dataManager: { what: "data manager", line: "dataManager: Name of who answers for the data" },
  access: { what: "access label", line: "access: open  # or shared, or closed" },
};

/**
 * Returns whether data may be exported: `export.incomplete` for each thing that they do not say of themselves, with the
 * line that campaign.yaml lacks, and `export.closed` for closed data unless that is allowed.
 */
export function checkExport(disclosure: Disclosure, isClosedAllowed: boolean): Outcome<null> {
  const faults: Fault[] = (["description", "dataManager", "access"] as const)
    .filter((key) => isBlank(disclosure[key]))
    .map((key) => ({
      code: "export.incomplete",
      message: `the campaign states no ${lines[key].what}`,
      path: key,
      hint: `add to campaign.yaml: ${lines[key].line} (a campaign records it when it begins; one begun without it stays as it is)`,
    }));
  if (disclosure.access === "closed" && !isClosedAllowed) {
    faults.push({
      code: "export.closed",
      message: "the campaign's data are closed",
      path: "access",
      hint: "export them all the same with --allow-closed; every row keeps its label",
    });
  }
  return faults.length === 0 ? { ok: true, value: null } : { ok: false, faults };
}

function isBlank(value: Text | string | undefined): boolean {
  return value === undefined || (typeof value === "string" ? value : value.en).trim() === "";
}
