import { type ForeignDevice, nameDevice } from '@novacron/contract/kinds/vm/foreign-device';

/**
 * Explains why a machine with devices that no command has plugged in does not migrate while it
 * runs: its target has none of them, and a disk among them may be in use.
 * @returns a sentence without its full stop; undefined where it has none
 */
export function explainForeign(
  vmId: string,
  devices: readonly ForeignDevice[] = [],
): string | undefined {
  if (devices.length === 0) return undefined;
  return (
    `${vmId} has devices that NovaCron did not plug in (${devices.map(nameDevice).join(', ')}), ` +
    'and cannot migrate with them: unplug them ' +
    `(novacron drift remediate ${vmId} --action revert --yes)`
  );
}

/** Orders devices by their names. */
export function byName(one: ForeignDevice, other: ForeignDevice): number {
  if (one.name === other.name) return 0;
  return one.name < other.name ? -1 : 1;
}
