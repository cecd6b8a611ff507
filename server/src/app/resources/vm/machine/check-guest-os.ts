import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { VmSecrets } from '../../../rows/vm-secrets.ts';
import type { WriteScope } from '../../scope.ts';

/** Refuses an answer file of Windows Setup for a guest that is not Windows. */
export function checkGuestOs(
  { guest_os }: Pick<VmSpec, 'guest_os'>,
  { unattend_wo }: Pick<VmSecrets, 'unattend_wo'>,
  unknown?: WriteScope['unknown'],
): Problem[] {
  if (unattend_wo === null || guest_os === 'windows' || unknown?.includes('guest_os')) return [];
  return [
    problem('validation-failed', {
      detail: 'An answer file is read by Windows, and guest_os of the VM is not windows.',
      remedy: 'Set guest_os to windows, or remove unattend_wo.',
      fields: [{ path: ['unattend_wo'], message: 'needs guest_os = "windows"' }],
    }),
  ];
}
