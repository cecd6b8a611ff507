import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** Refuses Secure Boot of a VM whose firmware is not UEFI. */
export function checkFirmware({
  firmware,
  secure_boot,
}: Pick<VmSpec, 'firmware' | 'secure_boot'>): Problem[] {
  if (!secure_boot || firmware === 'uefi') return [];
  return [
    problem('validation-failed', {
      detail: 'Secure Boot is a function of UEFI firmware, and the VM has BIOS.',
      remedy: 'Set firmware to uefi, use a template that does, or remove secure_boot.',
      fields: [{ path: ['secure_boot'], message: 'needs firmware = "uefi"' }],
    }),
  ];
}
