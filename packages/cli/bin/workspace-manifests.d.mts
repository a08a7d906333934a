export function workspaceManifests(root: string): string[];
