import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { WriteScope } from '../../scope.ts';

/** What decides the firmware of a VM: without a value of its own, that of its template. */
const DECIDING = ['firmware', 'template_id'] as const;

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
