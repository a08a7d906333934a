import type { Fault, ProtocolDocument } from "@labloop/contracts";
import type { Path } from "../documents/yaml-tree.ts";
import { faultOf } from "../outcome.ts";
import { suggestOrList } from "../suggest.ts";

/** The role on which the part stands before and after a step; null when nowhere. */
export interface PartStand {
  readonly partFrom: string | null;
  readonly partTo: string | null;
}

/** A fault and the path, below its step, that it is about. */
type ReportAt = (step: number, path: Path, fault: Fault) => void;

/**
 * Returns where the part stands around each step, in the order of the document, which `after` can only loosen.
 *
 * There is one part. It appears once, on the device of the step that makes it; it is carried only from where it stands;
 * and at the end it has left, since a device that still held it would be blocked for every later run.
 */
export function followPart(
  document: ProtocolDocument,
  afterOf: readonly (readonly string[])[],
  report: ReportAt,
): PartStand[] {
  const roles = Object.keys(document.roles);
  const now: { stands: string | null; appeared: boolean } = { stands: null, appeared: false };
  let lastMove: { readonly index: number; readonly path: Path } | undefined;
  const flow = document.steps.map((step, index): PartStand => {
    const partFrom = now.stands;
    const role = roleOf(step.use);
    const { part } = step;
    const refuse = (key: "appears" | "from" | "to", code: string, message: string, hint?: string) => {
      report(index, ["part", key], faultOf(code, message, hint));
    };
    if (part === undefined) return { partFrom, partTo: now.stands };
    for (const key of ["appears", "from", "to"] as const) {
      const named = part[key];
      if (named === undefined || roles.includes(named)) continue;
      refuse(key, "protocol.roleUnknown", `there is no role '${named}'`, suggestOrList(named, roles, "roles"));
    }
    if (part.appears !== undefined) {
      if (part.from !== undefined || part.to !== undefined) {
        refuse("appears", "protocol.partMixed", "a part appears or is carried, not both in one step");
      }
      if (part.appears !== role) {
        const message = `the part appears on '${part.appears}', but this step uses only '${role}'`;
        refuse("appears", "protocol.partElsewhere", message, "let it appear on the role that makes it");
      }
      if (now.appeared) refuse("appears", "protocol.partTwice", "the part has appeared in an earlier step");
      now.appeared = true;
      now.stands = part.appears;
    } else if (part.from === undefined) {
      report(
        index,
        ["part"],
        faultOf("protocol.partFromMissing", "this does not say from where the part is taken", "add from:"),
      );
      now.stands = part.to ?? now.stands;
      now.appeared = true;
    } else {
      if (part.from !== now.stands) {
        const where =
          now.stands === null ? (now.appeared ? "has left" : "has not appeared yet") : `stands on '${now.stands}'`;
        refuse("from", "protocol.partElsewhere", `the part is not on '${part.from}': here it ${where}`);
      } else if (part.from === part.to) {
        refuse("to", "protocol.partElsewhere", `the part already stands on '${part.to}'`);
      }
      now.appeared = true;
      now.stands = part.to ?? null;
    }
    lastMove = {
      index,
      path: ["part", part.appears !== undefined ? "appears" : part.to !== undefined ? "to" : "from"],
    };
    return { partFrom, partTo: now.stands };
  });
  if (now.stands !== null && lastMove !== undefined) {
    const message = `at the end the part still stands on '${now.stands}', which stays blocked`;
    report(
      lastMove.index,
      lastMove.path,
      faultOf("protocol.partLeft", message, "add a step that takes it away: part: { from: … }"),
    );
  }
  findRaces(document, afterOf, report);
  return flow;
}

/**
 * Steps that share a device, of which one brings or takes the part there, must be ordered: else they could run at once,
 * or the one in the absence, or the presence, of a part that the author did not mean.
 */
function findRaces(document: ProtocolDocument, afterOf: readonly (readonly string[])[], report: ReportAt): void {
  const ancestors = ancestorsOf(document, afterOf);
  const touches = document.steps.map(({ step, use, part }) => {
    const moved = [part?.appears, part?.from, part?.to].filter((role) => role !== undefined);
    return { step, moved, roles: [roleOf(use), ...moved] };
  });
  touches.forEach((later, index) => {
    const unordered = touches.slice(0, index).find((earlier) => {
      const shared = earlier.roles.filter((role) => later.roles.includes(role));
      const isMoving = shared.some((role) => earlier.moved.includes(role) || later.moved.includes(role));
      return isMoving && earlier.step !== later.step && ancestors.get(later.step)?.has(earlier.step) !== true;
    });
    if (unordered === undefined) return;
    const message = `'${later.step}' does not wait for '${unordered.step}', but both need the part at the same device`;
    const path = later.moved.length > 0 ? ["part"] : ["use"];
    report(index, path, faultOf("protocol.partRace", message, `add ${unordered.step} to after:`));
  });
}

/** Returns the role of `role.operation`. */
export function roleOf(use: string): string {
  return use.slice(0, use.indexOf("."));
}

function ancestorsOf(document: ProtocolDocument, afterOf: readonly (readonly string[])[]): Map<string, Set<string>> {
  const ancestors = new Map<string, Set<string>>();
  document.steps.forEach(({ step }, i) => {
    const above = new Set<string>();
    for (const parent of afterOf[i] ?? []) {
      above.add(parent);
      for (const ancestor of ancestors.get(parent) ?? []) above.add(ancestor);
    }
    ancestors.set(step, above);
  });
  return ancestors;
}
