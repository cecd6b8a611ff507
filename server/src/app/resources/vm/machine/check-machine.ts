/** Refuses fields of a VM that contradict each other. */

import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { asksForStandby } from '@novacron/contract/kinds/vm/vm-healing';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { NetworkRow } from '../../../../ports/tables/tables.ts';
import { asConfigured, GROWN_FIELDS } from '../../../rows/observed/grown-size.ts';
import type { VmSecrets } from '../../../rows/vm-secrets.ts';
import { checkFurtherNetworks } from '../../network/further-interfaces.ts';
import { checkHasNetwork } from '../../network/static-address.ts';
import type { WriteScope } from '../../scope.ts';
import { checkImage } from '../../template/check-image.ts';
import { checkWaitForNetwork } from './check-start.ts';

/**
 * Refuses an address, conditions of the guest and further networks of a VM without a network.
 * @param networks - those of the further ones that there are
 * @param unknown - with `network_id`, nothing is refused: a plan makes the network first
 */
export function checkConnection(
  spec: VmSpec,
  networks: readonly NetworkRow[],
  unknown: WriteScope['unknown'],
): Problem[] {
  if (unknown?.includes('network_id')) return [];
  const further = unknown?.includes('further_network_ids')
    ? []
    : checkFurtherNetworks(spec, networks);
  return [...checkHasNetwork(spec), ...further, ...checkWaitForNetwork(spec)];
}

/** Fields that determine the firmware of a VM: without its own value, the template's applies. */
const DECIDING = ['firmware', 'template_id'] as const;

/** With less, OVMF crashes before a kernel starts (tried: 192 MiB boot, 128 do not). Unit: GB. */
const UEFI_MEMORY_GB_MIN = 0.1875;

/** Refuses UEFI firmware with less memory than it needs itself, as far as that is known. */
export function checkFirmwareMemory(
  { firmware, memory_gb }: Pick<VmSpec, 'firmware' | 'memory_gb'>,
  unknown: WriteScope['unknown'],
): Problem[] {
  if (firmware !== 'uefi' || memory_gb >= UEFI_MEMORY_GB_MIN) return [];
  if (unknown?.includes('memory_gb')) return [];
  return [
    problem('validation-failed', {
      detail: `A VM with UEFI firmware and ${memory_gb} GB of memory never boots.`,
      remedy: `Give it at least ${UEFI_MEMORY_GB_MIN} GB, or use BIOS.`,
      fields: [
        { path: ['memory_gb'], message: `must be at least ${UEFI_MEMORY_GB_MIN} with UEFI` },
      ],
    }),
  ];
}

/** Refuses Secure Boot of a VM whose firmware is not UEFI, as far as that is known. */
export function checkFirmware(
  { firmware, secure_boot }: Pick<VmSpec, 'firmware' | 'secure_boot'>,
  unknown: WriteScope['unknown'],
): Problem[] {
  if (!secure_boot || firmware === 'uefi') return [];
  if (DECIDING.some((name) => unknown?.includes(name))) return [];
  return [
    problem('validation-failed', {
      detail: 'Secure Boot is a function of UEFI firmware, and the VM has BIOS.',
      remedy: 'Set firmware to uefi, use a template that does, or remove secure_boot.',
      fields: [{ path: ['secure_boot'], message: 'needs firmware = "uefi"' }],
    }),
  ];
}

/** Checks it: a largest size below the configured one is a mistake, and would grow nothing. */
export function checkGrowth(spec: VmSpec): Problem[] {
  const { healing } = spec;
  const configured = asConfigured<unknown>(spec);
  const below = GROWN_FIELDS.filter((name) => {
    const ceiling = healing?.grow_to?.[name] ?? null;
    return ceiling !== null && ceiling < Number(configured[name]);
  });
  if (below.length === 0) return [];
  return [
    problem('validation-failed', {
      detail: `healing.grow_to is less than the size of the VM: ${below.join(', ')}.`,
      remedy: 'Give the largest size that healing may give the VM, or leave it out.',
      fields: below.map((name) => ({
        path: ['healing', 'grow_to', name],
        message: `must be at least ${name}, which is ${configured[name]}`,
      })),
    }),
  ];
}

/** Checks it. A VM that waits for its node, or is bound to it, is started on no other one. */
export function checkStandby({
  healing,
  placement,
  requirements,
}: Pick<VmSpec, 'healing' | 'placement' | 'requirements'>): Problem[] {
  if (!asksForStandby(healing)) return [];
  if (healing?.on_node_loss !== 'restart') {
    return [
      refused(
        'is only for on_node_loss = "restart"',
        'Set healing.on_node_loss to "restart", or leave healing.standby out.',
      ),
    ];
  }
  if ((placement?.node ?? null) !== null) {
    return [
      refused(
        'is of no use to a VM that is pinned to its node (placement.node)',
        'Remove the pin, or leave healing.standby out.',
      ),
    ];
  }
  if ((requirements?.devices ?? []).length === 0) return [];
  return [
    refused(
      'is of no use to a VM with devices, which stays on its node',
      'Remove requirements.devices, or leave healing.standby out.',
    ),
  ];
}

function refused(why: string, remedy: string): Problem {
  return problem('validation-failed', {
    detail: `A standby (healing.standby) ${why}.`,
    remedy,
    fields: [{ path: ['healing', 'standby'], message: why }],
  });
}

type GuestSpec = Pick<VmSpec, 'guest_os' | 'drivers_image' | 'drivers_image_checksum'>;

/** Refuses what only Windows reads for a guest that is not Windows, and unusable drivers. */
export function checkGuestOs(
  spec: GuestSpec,
  { unattend_wo }: Pick<VmSecrets, 'unattend_wo'>,
  unknown: WriteScope['unknown'] = [],
): Problem[] {
  const { guest_os, drivers_image } = spec;
  const isWindows = guest_os === 'windows' || unknown.includes('guest_os');
  const drivers = drivers_image ?? null;
  return [
    ...(unattend_wo === null || isWindows ? [] : [foreignAnswerFile()]),
    ...(drivers === null || isWindows ? [] : [foreignDrivers()]),
    ...(drivers === null ? [] : checkImage(drivers, 'drivers_image')),
    ...checkDriversChecksum(spec, unknown),
  ];
}

function foreignAnswerFile(): Problem {
  return problem('validation-failed', {
    detail: 'An answer file is read by Windows, and guest_os of the VM is not windows.',
    remedy: 'Set guest_os to windows, or remove unattend_wo.',
    fields: [{ path: ['unattend_wo'], message: 'needs guest_os = "windows"' }],
  });
}

function foreignDrivers(): Problem {
  return problem('validation-failed', {
    detail: 'A CD-ROM with drivers is for Windows, and guest_os of the VM is not windows.',
    remedy: 'Set guest_os to windows, or remove drivers_image.',
    fields: [{ path: ['drivers_image'], message: 'needs guest_os = "windows"' }],
  });
}

function checkDriversChecksum(
  { drivers_image, drivers_image_checksum: checksum }: GuestSpec,
  unknown: readonly string[],
): Problem[] {
  if ((checksum ?? null) === null || unknown.includes('drivers_image')) return [];
  const field = (detail: string, remedy: string, message: string): Problem[] => {
    const fields = [{ path: ['drivers_image_checksum'], message }];
    return [problem('validation-failed', { detail, remedy, fields })];
  };
  if ((drivers_image ?? null) === null) {
    return field(
      'drivers_image_checksum is the checksum of drivers_image, which the VM does not have.',
      'Set drivers_image, or remove drivers_image_checksum.',
      'needs drivers_image',
    );
  }
  const uploaded = parseUploadedImage(drivers_image ?? '');
  if (uploaded === undefined || uploaded.checksum === checksum) return [];
  return field(
    `drivers_image_checksum is not that of the uploaded image, ${uploaded.checksum}.`,
    'Remove drivers_image_checksum: the name of an uploaded image is its checksum.',
    `must be ${uploaded.checksum}`,
  );
}
