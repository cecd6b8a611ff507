import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { WriteScope } from '../../scope.ts';

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
