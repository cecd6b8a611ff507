/** What NovaCron does by itself for a VM when something under it fails. */
import { z } from 'zod';
import { nullWhenAbsent } from '../../schema/null-when-absent.ts';

/** What happens to a VM whose node is confirmed dead. */
export const NODE_LOSS_ACTIONS = ['wait', 'restart'] as const;

/** How a VM is healed. */
export const VmHealing = z
  .strictObject({
    on_node_loss: nullWhenAbsent(
      z.enum(NODE_LOSS_ACTIONS),
      'What happens when the node of the VM is confirmed dead. `wait`: the VM waits for its ' +
        'node, or for `vm recover`; `restart`: it is started on another node that reaches its ' +
        'disks. Default: `wait`.',
    ),
  })
  .meta({ example: { on_node_loss: 'restart' } });
export type VmHealing = z.infer<typeof VmHealing>;
