/** The reason that refused most nodes, by name where several did; a fleet of none has none. */
export function mainReason(byReason: Readonly<Record<string, number>>): string {
  let most: readonly [string, number] = ['no-nodes', 0];
  for (const each of Object.entries(byReason)) if (each[1] > most[1]) most = each;
  return most[0];
}
