export { testDriver } from "./conformance/test-driver.ts";
export { exitCode } from "./exit-code.ts";
export { type LoadedCampaign, loadCampaign } from "./lab/load-campaign.ts";
export { loadLab } from "./lab/load-lab.ts";
export { stateDigest } from "./report/state-digest.ts";
export { runCampaign, type RunEnd, type RunOptions } from "./run-campaign.ts";
export { type SecuredLab, secureLab } from "./secure/secure-lab.ts";
