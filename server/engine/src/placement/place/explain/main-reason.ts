/**
 * Returns the reason that rejected most nodes, the first by name among equals; `none` for an empty
 * fleet.
 */
export function mainReason(byReason: Readonly<Record<string, number>>): string {
  let most: readonly [string, number] = ['no-nodes', 0];
  for (const each of Object.entries(byReason)) if (each[1] > most[1]) most = each;
  return most[0];
}
