import type { CheckResult, SuiteResult } from "@labloop/driver/conformance";

/** Returns the result as JUnit XML, which CI systems show: a suite a group, a case a check. */
export function junitOf({ kind, driverVersion, results, tookMs }: SuiteResult): string {
  const count = (verdict: CheckResult["verdict"]) => results.filter((one) => one.verdict === verdict).length;
  const skipped = count("not-applicable") + count("not-run");
  const cases = results.map((one) => {
    const head = `    <testcase classname="${one.group}" name="${escapeXml(`${one.id} ${one.promise}`)}" time="${one.tookMs / 1_000}"`;
    const detail = escapeXml(one.detail ?? "");
    switch (one.verdict) {
      case "passed":
        return `${head}/>`;
      case "failed":
        return `${head}><failure message="${detail}">${escapeXml(`fix: ${one.fix ?? ""}\nseed: ${one.seed}`)}</failure></testcase>`;
      default:
        return `${head}><skipped message="${escapeXml(`${one.verdict}: `)}${detail}"/></testcase>`;
    }
  });
  const counts = `tests="${results.length}" failures="${count("failed")}" skipped="${skipped}" time="${tookMs / 1_000}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escapeXml(`labloop conformance ${kind} ${driverVersion}`)}" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** XML 1.0 has no place for most control characters, whatever the escape. */
function escapeXml(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the ones that are taken out
  const plain = text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
  return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
