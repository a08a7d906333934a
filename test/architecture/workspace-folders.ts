import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { workspaceManifests } from "../../packages/cli/bin/workspace-manifests.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The folders of the project's packages, as paths from its root; what a user has put beside them is not among them. */
export const workspaceFolders: readonly string[] = workspaceManifests(root).map((path) =>
  dirname(path).replaceAll("\\", "/"),
);
