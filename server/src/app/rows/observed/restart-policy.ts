/** The restart policy of a VM: its own, or the default of the release that created it. */
import { RestartPolicy } from '@novacron/contract/kinds/vm/vm-healing';
import { z } from 'zod';

/** The default of new VMs. VMs of earlier releases have none, and an update switches nothing on. */
export const NEW_RESTART_DEFAULT: RestartPolicy = 'on-failure';

const Own = z.looseObject({ restart: RestartPolicy });

/**
 * The policy that is in force.
 * @param desired - the desired state of the VM, as it is stored
 */
export function restartPolicyOf(
  { restart_default }: { readonly restart_default?: unknown },
  { healing }: { readonly healing?: unknown },
): RestartPolicy {
  const own = healing === undefined || healing === null ? undefined : Own.safeParse(healing).data;
  return own?.restart ?? RestartPolicy.safeParse(restart_default).data ?? 'never';
}
