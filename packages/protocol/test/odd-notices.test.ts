import { expect, test } from "vitest";
import { checkCampaign, oddNotices } from "../src/index.ts";
import { changed } from "./support/demo.ts";

test.each([
  ["as long as what it is of", "after: { days: 9 }, notice: { hours: 216 }", ["lab.noticeTooLong"]],
  ["of what nothing is due after", "after: { days: 9 }, notice: { acts: 5 }", ["lab.noticeOfNothing"]],
  ["that comes in time", "after: { days: 9, acts: 50 }, notice: { hours: 215, acts: 49 }", []],
])(
  "a notice of maintenance %s is told where it cannot be meant, and no campaign is refused for it",
  (_what, watch, codes) => {
    const from = "{ reference: SIM-BAL-1, expires: null }";
    const sources = changed("lab", from, `${from}\n    maintenance: [{ name: level, ${watch} }]`);
    expect(checkCampaign(sources)).toMatchObject({ ok: true });
    expect(oddNotices(sources.lab)).toMatchObject(codes.map((code) => ({ code, line: expect.any(Number) })));
  },
);
