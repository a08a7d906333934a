/** Returns how many lengthscales there are. */
export function countGroups(groups: Int32Array): number {
  return groups.reduce((most, group) => Math.max(most, group + 1), 0);
}
