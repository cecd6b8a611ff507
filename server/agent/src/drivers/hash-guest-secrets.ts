/**
 * Records of machines have fingerprints of their guests' secrets: enough to see a change. A guest
 * of QEMU gets the secrets from its seed disk; a simulated one never boots.
 */
import { createHash } from 'node:crypto';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';

/** The spec with fingerprints in place of secrets; the id makes equal secrets of two VMs differ. */
export function hashGuestSecrets(vmId: VmId, spec: MachineSpec): MachineSpec {
  if (spec.guest === undefined) return spec;
  const { user_data, password, answer_file } = spec.guest;
  const guest = {
    user_data: mark(vmId, user_data),
    password: mark(vmId, password),
    ...(answer_file === undefined ? {} : { answer_file: mark(vmId, answer_file) }),
  };
  return { ...spec, guest: { ...spec.guest, ...guest } };
}

function mark(vmId: VmId, secret: string | null): string | null {
  if (secret === null) return null;
  return `sha256:${createHash('sha256').update(`${vmId}/${secret}`).digest('hex')}`;
}
