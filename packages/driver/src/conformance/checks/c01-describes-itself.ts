import { type DeviceCaps, type ValueSpecs } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import type { Check } from "../check.ts";
import { answerWithinMs } from "../scene.ts";
import { claim } from "../verdict.ts";

/** Features that say something of single operations, and how those say it. */
const ofOperations: Readonly<Record<string, (operation: DeviceCaps["operations"][string]) => boolean>> = {
  pause: ({ pausable }) => pausable === true,
  partial: ({ partial }) => partial === true,
  locks: ({ locks }) => locks !== undefined,
};

export const describesItself: readonly Check[] = [
  {
    id: "C1.1",
    promise: "What the device can do stands retained on its topic caps, so that whoever comes later learns it.",
    fix: "publish caps with the retain flag on every connect, before the birth",
    async run(scene) {
      const { bus, deviceId } = scene.rig;
      const before = scene.announcements.length;
      // A broker sends what it keeps to whoever subscribes.
      const cancel = bus.subscribe({ key: "caps", name: deviceId, onDelivery: () => {} });
      const kept = () => scene.announcements.slice(before).some(({ isRetained }) => isRetained);
      await scene.until(kept, answerWithinMs);
      cancel();
      claim(kept(), "a fresh subscription to caps brought nothing that the broker had kept");
    },
  },
  {
    id: "C1.2",
    promise: "Its birth stands retained, is online, and names the digest of these very capabilities.",
    fix: "capsHash is the hexadecimal SHA-256 of the canonical JSON (RFC 8785) of the object caps; retain the birth",
    async run(scene) {
      const { bus, deviceId } = scene.rig;
      const before = scene.states.length;
      const cancel = bus.subscribe({ key: "state", name: deviceId, onDelivery: () => {} });
      const kept = () => scene.states.slice(before).find(({ isRetained }) => isRetained)?.state;
      await scene.until(() => kept() !== undefined, answerWithinMs);
      cancel();
      const state = kept();
      claim(state !== undefined, "a fresh subscription to state brought nothing that the broker had kept");
      claim(state.online, "the retained state says that the device is offline");
      const digest = digestOf(scene.announced());
      claim(state.capsHash === digest, `the birth names the capabilities ${state.capsHash}, and theirs is ${digest}`);
    },
  },
  {
    id: "C1.3",
    promise: "It names its kind, its driver's version, and every operation's title and version.",
    fix: "fill kind, driverVersion, and title and version of every operation",
    async run(scene) {
      const { kind, capability, driverVersion, operations } = scene.announced();
      const texts: [string, string][] = [
        ["kind", kind],
        ["capability", capability],
        ["driverVersion", driverVersion],
        ...Object.entries(operations).flatMap(([name, { title, version }]): [string, string][] => [
          [`operations.${name}.title`, title],
          [`operations.${name}.version`, version],
        ]),
      ];
      const empty = texts.filter(([, text]) => text.trim() === "").map(([name]) => name);
      claim(empty.length === 0, `empty: ${empty.join(", ")}`);
      claim(/^\d/.test(driverVersion), `driverVersion is "${driverVersion}" and begins with no number`);
      claim(Object.keys(operations).length > 0, "it announces no operation");
    },
  },
  {
    id: "C1.4",
    promise: "Limits leave room for a value, patterns are regular expressions, and choices are not empty.",
    fix: "minimum may not be above maximum; patterns are JavaScript's with the flag u; an enum needs a member",
    async run(scene) {
      const wrong = Object.entries(scene.announced().operations).flatMap(([name, { params, result }]) => [
        ...faultsOf(params).map((fault) => `${name}.params.${fault}`),
        ...faultsOf(result).map((fault) => `${name}.result.${fault}`),
      ]);
      claim(wrong.length === 0, wrong.join("; "));
    },
  },
  {
    id: "C1.5",
    promise: "Every operation says how long it lasts: typically no longer than at most, and by parameters that it has.",
    fix: "duration.typicalMs feeds the plan and duration.maxMs is the run deadline; the former may not be the greater, and duration.byParams names quantities and integers among the operation's params",
    async run(scene) {
      const wrong = Object.entries(scene.announced().operations)
        .filter(([, { duration }]) => duration.typicalMs > duration.maxMs)
        .map(([name, { duration }]) => `${name}: ${duration.typicalMs} ms typically, ${duration.maxMs} ms at most`);
      const unknown = Object.entries(scene.announced().operations).flatMap(([name, { duration, params }]) =>
        (duration.byParams?.terms ?? [])
          .flatMap(({ of = [], per = [] }) => [...of, ...per])
          .filter((param) => !["quantity", "integer"].includes(params[param]?.type ?? ""))
          .map((param) => `${name}: its duration follows from ${param}, which is no parameter with a number`),
      );
      claim([...wrong, ...unknown].length === 0, [...wrong, ...unknown].join("; "));
    },
  },
  {
    id: "C1.6",
    promise: "The features that it announces are those that its operations show.",
    fix: "list pause, partial and locks in contract.features when an operation has them, and only then",
    async run(scene) {
      const { contract, operations, telemetry, watchdog } = scene.announced();
      const shown: Record<string, boolean> = {
        telemetry: telemetry !== undefined,
        watchdog: watchdog !== undefined,
        ...Object.fromEntries(
          Object.entries(ofOperations).map(([feature, has]) => [feature, Object.values(operations).some(has)]),
        ),
      };
      const wrong = Object.keys(shown).filter((feature) => contract.features.includes(feature) !== shown[feature]);
      const said = (feature: string) => (shown[feature] ? "shown and not listed" : "listed and not shown");
      claim(wrong.length === 0, () => wrong.map((feature) => `${feature} is ${said(feature)}`).join("; "));
    },
  },
];

function faultsOf(specs: ValueSpecs): string[] {
  return Object.entries(specs).flatMap(([name, spec]) => {
    if (spec.type === "quantity" || spec.type === "integer") {
      const { minimum, maximum } = spec;
      const isEmpty = minimum !== undefined && maximum !== undefined && minimum > maximum;
      return isEmpty ? [`${name}: from ${minimum} to ${maximum}`] : [];
    }
    if (spec.type !== "string") return [];
    if (spec.enum?.length === 0) return [`${name}: no choice`];
    try {
      const { pattern = "", example } = spec;
      const isLike = new RegExp(pattern, "u").test(example ?? "");
      if (example !== undefined && !isLike) return [`${name}: the example ${example} does not match ${pattern}`];
      return [];
    } catch {
      return [`${name}: the pattern ${spec.pattern} is no regular expression`];
    }
  });
}
