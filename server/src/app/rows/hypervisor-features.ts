/** Features of hypervisors that a VM may use, and that not every node has. */

import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import type { MachineFirmware } from '@novacron/contract/agent/machine';
import {
  DISK_LIMITS,
  NETWORK_LIMITS,
  type VmIoLimits,
} from '@novacron/contract/kinds/vm/io-limits';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { stopsWhenIsolated } from '@novacron/contract/kinds/vm/vm-healing';
import { parseStored } from './parse-stored.ts';

type Capabilities = AgentAnnouncement['capabilities'];

/** Feature required by `further_network_ids`. */
export const SEVERAL_INTERFACES = 'several network interfaces';

/** Feature required by `healing.stop_when_isolated`. */
export const ISOLATION_GUARD = 'a watchdog that guards isolated VMs (--watchdog)';
/** Feature required by `healing.standby`: storage from which a second node starts the VM. */
export const SHARED_ROOT_DISKS = 'root disks in storage that nodes share (healing.standby)';

/** The features in words, by the capability that agents announce. */
const FEATURES = [
  ['diskLimits', 'I/O limits of disks'],
  ['networkLimits', 'I/O limits of network interfaces'],
  ['uefi', 'UEFI firmware (package ovmf)'],
  ['secureBoot', 'UEFI firmware with Secure Boot (package ovmf)'],
  ['tpm', 'virtual TPMs (package swtpm)'],
  ['severalInterfaces', SEVERAL_INTERFACES],
  ['windowsGuests', 'configuration of Windows guests'],
  ['windowsDrivers', 'CD-ROMs with drivers'],
  ['isolationGuard', ISOLATION_GUARD],
] as const;

type Feature = (typeof FEATURES)[number][1];

/** Most agents of a fleet announce the same: what they announce is parsed once. */
const known = new Map<string, readonly Feature[]>();
/** Different announcements that are remembered; a fleet has few. */
const KNOWN_MAX = 64;

/**
 * The features of a node.
 * @param text - its capabilities, as they are stored
 */
export function featuresOfNode(text: string): readonly Feature[] {
  const found = known.get(text) ?? readFeatures(text);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(text, found);
  return found;
}

function readFeatures(text: string): readonly Feature[] {
  // Written from what an agent announced; damaged ones are none.
  const said = parseStored<Partial<Capabilities>>(text) ?? {};
  return FEATURES.flatMap(([name, words]) => (said[name] === 'yes' ? [words] : []));
}

/** The features that a VM uses; none for most. */
export function featuresUsedBy(
  spec: Pick<
    VmSpec,
    | 'io_limits'
    | 'firmware'
    | 'secure_boot'
    | 'tpm'
    | 'further_network_ids'
    | 'guest_os'
    | 'drivers_image'
    | 'healing'
  >,
): readonly Feature[] {
  const { io_limits } = spec;
  const firmware = firmwareOf(spec);
  const isUsed = {
    tpm: spec.tpm === true,
    windowsGuests: spec.guest_os === 'windows',
    windowsDrivers: (spec.drivers_image ?? null) !== null,
    isolationGuard: stopsWhenIsolated(spec.healing),
    severalInterfaces: (spec.further_network_ids ?? []).length > 0,
    uefi: firmware === 'uefi',
    secureBoot: firmware === 'uefi-secure-boot',
    diskLimits: hasAny(io_limits, DISK_LIMITS),
    networkLimits: hasAny(io_limits, NETWORK_LIMITS),
  };
  return FEATURES.flatMap(([name, words]) => (isUsed[name] ? [words] : []));
}

function hasAny(limits: VmIoLimits | null, names: readonly (keyof VmIoLimits)[]): boolean {
  return limits !== null && names.some((name) => limits[name] !== null);
}

/** The firmware of a machine as agents name it; undefined for BIOS. */
export function firmwareOf({
  firmware,
  secure_boot,
}: Pick<VmSpec, 'firmware' | 'secure_boot'>): MachineFirmware | undefined {
  if (firmware !== 'uefi') return undefined;
  return secure_boot ? 'uefi-secure-boot' : 'uefi';
}
