import { expect, test } from "vitest";
import { checkCampaign, checkCampaignDocument, checkLab, checkProtocol } from "../src/index.ts";
import { changed, demoDescription, demoSources, placesOf, valueOf } from "./support/demo.ts";

const campaignFile = "protocols/crossed-barrel/campaign.yaml";
const protocolFile = "protocols/crossed-barrel/protocol.yaml";
const labFile = "simulator/labs/demo/lab.yaml";
const candidatesFile = "protocols/crossed-barrel/candidates.csv";

test("the demonstration has no fault, and its space is that of its candidates", () => {
  const { space, objective, candidates, description } = valueOf(checkCampaign(demoSources));
  expect(space.parameters.map(({ name, unit, min, max, levels }) => [name, unit, min, max, levels?.length])).toEqual([
    ["n", "1", 6, 12, 4],
    ["theta", "deg", 0, 200, 9],
    ["r", "mm", 1.5, 2.5, 11],
    ["t", "mm", 0.7, 1.4, 3],
  ]);
  expect(objective).toEqual({ name: "toughness", unit: "J", goal: "maximise", target: 40 });
  expect([candidates.length, candidates[0]]).toEqual([600, { n: 6, theta: 0, r: 1.5, t: 0.7 }]);
  expect(description.tables["designs"]?.rows.length).toBe(600);
});

test("each document of the demonstration is sound by itself", () => {
  expect(placesOf(checkLab(demoSources.lab))).toEqual([]);
  expect(placesOf(checkProtocol(demoSources.protocol, demoDescription))).toEqual([]);
  expect(placesOf(checkCampaignDocument(demoSources.campaign))).toEqual([]);
});

type Change = Parameters<typeof changed>;

/** What is changed in which document, the fault it must give, the text at which it must point, and its hint. */
const mistakes: readonly [name: string, change: Change, code: string, at: string, hint?: string][] = [
  [
    "a capability that the lab lacks",
    ["protocol", "printer: fdm-printer", "printer: fdm-prnter"],
    "protocol.capabilityMissing",
    "fdm-prnter",
    "did you mean 'fdm-printer'?",
  ],
  [
    "an unknown operation",
    ["protocol", "printer.print", "printer.prnt"],
    "protocol.operationUnknown",
    "prnt",
    "did you mean 'print'?",
  ],
  [
    "an unknown role",
    ["protocol", "balance.weigh", "balanse.weigh"],
    "protocol.roleUnknown",
    "balanse.weigh",
    "did you mean 'balance'?",
  ],
  ["a missing parameter", ["protocol", "      speed: 30 mm/min\n", ""], "protocol.paramMissing", "with:\n      travel"],
  [
    "an extra parameter",
    ["protocol", "speed: 30 mm/min", "speed: 30 mm/min\n      force: 3 N"],
    "protocol.paramUnknown",
    "force: 3 N",
    "parameters: travel, speed",
  ],
  [
    "a limit that is exceeded",
    ["protocol", "25 mm", "25 cm"],
    "protocol.limitExceeded",
    "25 cm",
    "tester allows 1 to 200 mm",
  ],
  [
    "a limit that is exceeded by an expression",
    ["protocol", "25 mm", "= 2 * 12.5 cm"],
    "protocol.limitExceeded",
    "* 12.5",
    "tester allows 1 to 200 mm",
  ],
  ["a wrong dimension", ["protocol", "25 mm", "25 N"], "protocol.paramUnit", "25 N"],
  ["a wrong dimension of an expression", ["protocol", "25 mm", "= r * t"], "protocol.paramUnit", "* t"],
  ["a number without its unit", ["protocol", "25 mm", "25"], "protocol.paramUnit", "25\n", "write the unit: 25 mm"],
  ["a doubtful unit", ["protocol", "25 mm", "25 Mm"], "unit.unknown", "25 Mm", "did you mean 'mm'?"],
  [
    "a slip inside an expression",
    ["protocol", "designs.file", "designs.fil"],
    "lab.columnUnknown",
    "lookup",
    "did you mean 'file'?",
  ],
  [
    "a lookup in an unknown table",
    ["protocol", "designs.file", "design.file"],
    "lab.tableUnknown",
    "lookup",
    "did you mean 'designs'?",
  ],
  [
    "a lookup by an unknown input",
    ["protocol", "n, theta, r", "n, teta, r"],
    "expression.unknownName",
    "lookup",
    "did you mean 'theta'?",
  ],
  [
    "a result in a step's parameter",
    ["protocol", "25 mm", "= weigh.mass * 1 mm/g"],
    "expression.resultInStep",
    "weigh.mass",
    "use the protocol's inputs",
  ],
  [
    "an unknown place",
    ["protocol", "place(bin)", "place(bim)"],
    "lab.placeUnknown",
    "place(bim)",
    "did you mean 'bin'?",
  ],
  [
    "a step that waits for a later one",
    ["protocol", "balance.weigh", "balance.weigh\n    after: [toBalance, crush]"],
    "protocol.stepOrder",
    "crush]",
  ],
  [
    "a step that waits for none",
    ["protocol", "balance.weigh", "balance.weigh\n    after: [toBalnce, toBalance]"],
    "protocol.stepUnknown",
    "toBalnce",
    "did you mean 'toBalance'?",
  ],
  [
    "a looser retry class",
    ["protocol", "printer.print", "printer.print\n    retryClass: idempotent"],
    "protocol.retryClassLooser",
    "idempotent",
    "a protocol may tighten the retry class, never loosen it",
  ],
  [
    "a part that is taken from where it is not",
    ["protocol", "{ from: balance, to: tester }", "{ from: arm, to: tester }"],
    "protocol.partElsewhere",
    "arm, to: tester",
  ],
  [
    "a part that stays",
    ["protocol", "{ from: tester }", "{ from: tester, to: arm }"],
    "protocol.partLeft",
    "arm }",
    "add a step that takes it away: part: { from: … }",
  ],
  [
    "an unknown key",
    ["protocol", "part: { appears: printer }", "prt: { appears: printer }"],
    "document.unknownKey",
    "prt:",
    "did you mean 'part'?",
  ],
  [
    "a missing key",
    ["protocol", "version: 1.0.0\n", ""],
    "document.missing",
    "schemaVersion",
    "add version: with a text",
  ],
  ["a text of the wrong form", ["protocol", "version: 1.0.0", "version: one"], "document.value", "one"],
  ["a wrong constant", ["protocol", "schemaVersion: 1", "schemaVersion: 2"], "document.value", "2"],
  [
    "a wrong type",
    [
      "protocol",
      "\n  printer: fdm-printer\n  arm: part-mover\n  balance: balance\n  tester: compression-tester",
      " none",
    ],
    "document.type",
    "none",
  ],
  [
    "a repeated key",
    ["protocol", "travel: 25 mm", "travel: 25 mm\n      travel: 20 mm"],
    "document.keyRepeated",
    "travel: 20 mm",
  ],
  [
    "an observed quantity of an unknown result",
    ["campaign", "crush.load", "crush.lod"],
    "expression.unknownName",
    "crush.lod",
    "did you mean 'load'?",
  ],
  ["an observed quantity in a wrong unit", ["campaign", "mass: g", "mass: mL"], "campaign.observedUnit", "mL"],
  [
    "an observed series",
    ["campaign", "weigh.mass", "crush.load"],
    "campaign.observedType",
    "crush.load\n",
    "take its max, mean, last or integral",
  ],
  [
    "an observed quantity without a unit",
    ["campaign", "  mass: g\n", ""],
    "campaign.unitMissing",
    "mass: weigh.mass",
    "add mass: under units:",
  ],
  [
    "an observation of nothing",
    ["campaign", "weigh.mass", "3 g"],
    "campaign.observesNothing",
    "3 g",
    "write step.result",
  ],
  [
    "an objective that is not observed",
    ["campaign", "name: toughness", "name: tougness"],
    "campaign.objectiveUnknown",
    "tougness",
    "did you mean 'toughness'?",
  ],
  [
    "an objective in another unit",
    ["campaign", "unit: J, goal", "unit: mJ, goal"],
    "campaign.objectiveUnit",
    "mJ",
    "write J",
  ],
  [
    "a parameter in another unit",
    ["campaign", "r: { unit: mm", "r: { unit: cm"],
    "campaign.parameterUnit",
    "cm,",
    "write unit: mm",
  ],
  [
    "a lab without one of its tables",
    ["lab", "designs: designs.csv", "designs: designs.csv\n  more: more.csv"],
    "lab.tableMissing",
    "more: more.csv",
  ],
  [
    "a device that nobody described",
    ["lab", "  balance:\n", "  scale: { module: x, transport: { plant: y } }\n  balance:\n"],
    "lab.deviceUndescribed",
    "scale:",
    "check its module",
  ],
  [
    "a transport of no kind",
    ["lab", "transport: { plant: marlin }", "transport: marlin"],
    "document.type",
    "marlin\n",
    "write a map of keys",
  ],
  [
    "a calibration by an operation that the device lacks",
    [
      "lab",
      "{ reference: SIM-BAL-1, expires: null }",
      "{ reference: B, expires: null, renew: { operation: wegh, validDays: 9 } }",
    ],
    "protocol.operationUnknown",
    "wegh",
    "did you mean 'weigh'?",
  ],
  [
    "a calibration with a parameter too many",
    [
      "lab",
      "{ reference: SIM-BAL-1, expires: null }",
      "{ reference: B, expires: null, renew: { operation: weigh, with: { load: 3 g }, validDays: 9 } }",
    ],
    "protocol.paramUnknown",
    "3 g",
    "parameters: none",
  ],
  [
    "a maintenance that counts what the device cannot do",
    [
      "lab",
      "{ reference: SIM-BAL-1, expires: null }",
      "{ reference: B, expires: null }\n    maintenance: [{ name: level, after: { acts: 9, of: [wegh] } }]",
    ],
    "lab.operationUnknown",
    "wegh",
    "did you mean 'weigh'?",
  ],
  [
    "a maintenance by an operation that the device lacks",
    [
      "lab",
      "{ reference: SIM-BAL-1, expires: null }",
      "{ reference: B, expires: null }\n    maintenance: [{ name: level, after: { days: 9 }, renew: { operation: zerro } }]",
    ],
    "protocol.operationUnknown",
    "zerro",
    "operations: weigh",
  ],
  [
    "a control sample that the lab cannot make",
    [
      "campaign",
      "budget:",
      "control: { every: 5, parameters: { n: 7, theta: 0, r: 1.5, t: 0.7 }, accept: { mass: { min: 1 } } }\nbudget:",
    ],
    "lab.rowMissing",
    "{ n: 7",
  ],
  [
    "a control sample that is judged by what is not observed",
    [
      "campaign",
      "budget:",
      "control: { every: 5, parameters: { n: 6, theta: 0, r: 1.5, t: 0.7 }, accept: { mas: { min: 1 } } }\nbudget:",
    ],
    "campaign.observedUnknown",
    "mas: {",
    "did you mean 'mass'?",
  ],
  [
    "a control sample with limits that nothing keeps",
    [
      "campaign",
      "budget:",
      "control: { every: 5, parameters: { n: 6, theta: 0, r: 1.5, t: 0.7 }, accept: { mass: { min: 3, max: 2 } } }\nbudget:",
    ],
    "document.value",
    "{ min: 3",
  ],
  [
    "a candidate twice",
    ["candidates", "6,0,1.5,1.05\n", "6,0,1.5,0.7\n"],
    "candidates.repeated",
    "6,0,1.5,0.7\n6,0,1.5,1.4",
  ],
  [
    "a candidate that no table row holds",
    ["candidates", "6,0,1.5,1.05\n", "6,0,1.5,1.06\n"],
    "lab.rowMissing",
    "6,0,1.5,1.06",
  ],
  [
    "a candidate that is no number",
    ["candidates", "6,0,1.5,1.05\n", "6,0,thin,1.05\n"],
    "candidates.notNumber",
    "thin",
  ],
  [
    "a column that is no parameter",
    ["candidates", "n,theta,r,t", "n,theta,r,tt"],
    "candidates.columnUnknown",
    "tt",
    "did you mean 't'?",
  ],
];

test.each(mistakes)("%s is refused where it stands, with what would mend it", (_name, change, code, at, hint) => {
  const sources = changed(...change);
  const { file, text } = sources[change[0]];
  expect(text).toContain(at);
  const before = text.slice(0, text.indexOf(at)).split("\n");
  const place = { file, line: before.length, column: (before.at(-1) ?? "").length + 1 };
  const outcome = checkCampaign(sources);
  const fault = outcome.ok ? undefined : outcome.faults.find((other) => other.code === code);
  expect(fault, JSON.stringify(outcome)).toMatchObject({ code, ...place });
  expect(fault?.hint).toBe(hint);
});

test("a file that is wrong in one place is not found wrong in others", () => {
  const counts = mistakes.map(([name, change]) => [name, placesOf(checkCampaign(changed(...change))).length]);
  expect(counts.filter(([, count]) => count !== 1).map(([name]) => name)).toEqual([
    "a part that is taken from where it is not",
    "an unknown key",
    "a column that is no parameter",
  ]);
});

test("the faults of all documents are told at once, in reading order", () => {
  const outcome = checkCampaign({
    ...demoSources,
    campaign: changed("campaign", "  mass: g", "  mass: mL").campaign,
    protocol: {
      ...demoSources.protocol,
      text: changed("protocol", "travel: 25 mm", "travel: 25 cm")
        .protocol.text.replace("speed: 30 mm/min", "speed: fast")
        .replace("place(bin)", "place(bim)"),
    },
    lab: changed("lab", "mode: simulated", "mode: simulated\nowned: nobody").lab,
    candidates: changed("candidates", "6,0,1.5,1.05", "6,0,1.5").candidates,
  });
  expect(placesOf(outcome)).toEqual([
    `${campaignFile}:32:9 campaign.observedUnit`,
    `${protocolFile}:49:15 protocol.limitExceeded`,
    `${protocolFile}:50:14 quantity.shape`,
    `${protocolFile}:56:13 lab.placeUnknown`,
    `${labFile}:7:1 document.unknownKey`,
    `${candidatesFile}:3:1 table.ragged`,
  ]);
});

test("candidates that cannot be made are counted, and the first of them shown with their lines", () => {
  const designs = demoSources.tables["designs"]!;
  const lines = designs.text.split("\n");
  const fewer = { designs: { ...designs, text: `${[...lines.slice(0, 1), ...lines.slice(101)].join("\n")}` } };
  const outcome = checkCampaign({ ...demoSources, tables: fewer });
  expect(placesOf(outcome)).toEqual([2, 3, 4, 5, 6].map((line) => `${candidatesFile}:${line}:1 lab.rowMissing`));
  expect(outcome.ok ? "" : outcome.faults.at(-1)?.message).toBe(
    "the table 'designs' has no row with n = 6, theta = 0, r = 1.7, t = 1.05 (steps.print.with.file) (and 95 more such)",
  );
});

test("a number may be spelled differently in two files", () => {
  const outcome = checkCampaign(changed("candidates", "6,0,1.5,1.05", "6.0,0,15e-1,1.0500000000001"));
  expect(placesOf(outcome)).toEqual([]);
});

test("a table with two rows for one candidate is refused", () => {
  const designs = demoSources.tables["designs"]!;
  const outcome = checkCampaign({
    ...demoSources,
    tables: { designs: { ...designs, text: `${designs.text}6,0,1.5,1.05,CB9999.GCO\n` } },
  });
  expect(placesOf(outcome)).toEqual([`${candidatesFile}:3:1 lab.rowRepeated`]);
});

test("a file name that the printers do not take is refused for every printer", () => {
  const designs = demoSources.tables["designs"]!;
  const text = designs.text.replace("CB0002.GCO", "barrel-0002.gcode");
  const outcome = checkCampaign({ ...demoSources, tables: { designs: { ...designs, text } } });
  expect(placesOf(outcome)).toEqual(Array(5).fill(`${candidatesFile}:3:1 protocol.limitExceeded`));
  expect(outcome.ok ? [] : outcome.faults.map(({ message }) => /printer-\d/.exec(message)?.[0])).toEqual(
    [1, 2, 3, 4, 5].map((i) => `printer-${i}`),
  );
});

test("a table that cannot be read is told once, not also as missing", () => {
  const designs = demoSources.tables["designs"]!;
  const outcome = checkCampaign({ ...demoSources, tables: { designs: { ...designs, text: "n,n\n1,2\n" } } });
  expect(placesOf(outcome)).toEqual(["simulator/labs/demo/designs.csv:1:3 table.column"]);
});

test("a description of another lab is refused", () => {
  const outcome = checkCampaign({ ...demoSources, description: { ...demoDescription, lab: "other" } });
  expect(placesOf(outcome)).toEqual([`${labFile}:2:6 lab.descriptionOther`]);
});

test("a real lab has neither plants nor a world", () => {
  const outcome = checkLab(changed("lab", "mode: simulated", "mode: real").lab);
  expect(placesOf(outcome).map((place) => place.split(" ")[1])).toEqual([
    "lab.worldInRealLab",
    ...Array(8).fill("lab.plantInRealLab"),
  ]);
});

test("a wrong name in an observe expression is told beside a fault in a step that it does not speak of", () => {
  const outcome = checkCampaign({
    ...demoSources,
    campaign: changed("campaign", "crush.travel", "crush.travell").campaign,
    protocol: changed("protocol", "printer.print", "printer.prnt").protocol,
  });
  const codes = placesOf(outcome).map((place) => place.split(" ")[1]);
  expect(codes).toContain("expression.unknownName");
  expect(codes).toContain("protocol.operationUnknown");
});
