/** Nodes: hypervisor hosts, each owned by one agent. */
import { z } from 'zod';
import { NodeId } from '../ids.ts';
import { Timestamp } from '../schema/resource.ts';
import { NodeCondition } from './node-condition.ts';
import { NodeFacts } from './node-facts.ts';
import { NodePrices } from './node-prices.ts';

/**
 * `ready` takes VMs; `draining` is being emptied; `maintenance` was drained; `standby` was emptied
 * by a consolidation, or switched off, and is woken for a VM that has no other place; `lost` was
 * not heard of within its lease.
 */
export const NodeStatus = z.enum(['ready', 'draining', 'maintenance', 'standby', 'lost']);
export type NodeStatus = z.infer<typeof NodeStatus>;

/** Whether the machine of a node is on; one on standby may be either. */
const NodePower = z.enum(['on', 'off']);

/** Whether the agent of a node follows the control plane that answers, or another one. */
const NodeControlPlane = z.enum(['own', 'other']);

const amounts = z.looseObject({
  cpu_cores: z.number().describe('Unit: cores.'),
  memory_gb: z.number().describe('Unit: GB.'),
  disk_gb: z.number().describe('Unit: GB.'),
});

/** Reason the VMs of a lost node can no longer run there. */
export const NodeFence = z.looseObject({
  kind: z
    .enum(['confirmed', 'power'])
    .describe(
      '`confirmed`: a person has said that it is powered off; `power`: its fence device has',
    ),
  at: Timestamp,
  by: z.string().nullable().describe('Principal who said so; null for other tenants'),
  reason: z.string().nullable().describe('Evidence; null for other tenants'),
});
export type NodeFence = z.infer<typeof NodeFence>;

/** Isolation of a node with `stop_when_isolated` VMs, and whether it has ended. */
export const NodeIsolation = z.looseObject({
  kind: z
    .enum(['guards', 'lease-expired'])
    .describe(
      '`guards`: it stops these VMs when it hears no server for the time of the lease; ' +
        '`lease-expired`: that time is over: these VMs run there no more, and may start elsewhere',
    ),
  lease_seconds: z.number().describe('The time of the lease. Unit: seconds.'),
  vms: z.array(z.string()).describe('Ids of the VMs'),
  at: Timestamp.nullable().describe('Since when the lease has expired; null: it has not'),
});
export type NodeIsolation = z.infer<typeof NodeIsolation>;

/** Order to shared storages to cut a node off. */
export const NodeCutOff = z.looseObject({
  at: Timestamp.describe('Time of the first order'),
  by: z.string().nullable().describe('Principal who asked for it; null for other tenants'),
  reason: z.string().nullable().describe('Reason; null for other tenants'),
  pools: z
    .array(
      z.looseObject({
        pool: z.string().describe('Id of the storage'),
        state: z
          .enum(['ordered', 'confirmed'])
          .describe(
            '`ordered`: it may have cut the node off; `confirmed`: a reading has said so, and ' +
              'VMs with all of their disks in such storages may run on other nodes',
          ),
      }),
    )
    .describe('The storages, by id'),
});
export type NodeCutOff = z.infer<typeof NodeCutOff>;

/** Reason NovaCron woke a node from standby. */
export const NodeWaking = z.looseObject({
  at: Timestamp.describe('Start time'),
  by: z
    .enum(['demand', 'forecast'])
    .describe(
      '`demand`: a VM was created that had no room elsewhere; `forecast`: groups are expected to ' +
        'need the room',
    ),
  reason: z.string().describe('Reason, in readable form'),
  hold_until: Timestamp.describe('No consolidation empties the node before'),
});
export type NodeWaking = z.infer<typeof NodeWaking>;

/** Reason a node is suspected to be lost. */
export const NodeSuspicion = z.looseObject({
  since: Timestamp,
  reason: z.string().describe('Evidence, such as the time since it was last heard from'),
  planned_until: Timestamp.optional().describe(
    'Its agent was stopped on purpose and is expected back by then: the node is not lost before. ' +
      'Absent for other reasons',
  ),
  agent_silent_since: Timestamp.optional().describe(
    'The node is alive, and its agent has not responded since then: it hangs, or has crashed. ' +
      'Absent for other reasons',
  ),
});
export type NodeSuspicion = z.infer<typeof NodeSuspicion>;

/** Heartbeat, as read by other nodes, of a node that servers do not hear. */
export const NodePoolHeartbeat = z.looseObject({
  state: z
    .enum(['moves', 'stopped', 'unknown'])
    .describe(
      '`moves`: the node is alive, and its management network or its agent is away; ' +
        '`stopped`: it is dead, or cut off from its storage, too; ' +
        '`unknown`: no other node could read it',
    ),
  at: Timestamp.describe('Time of the first reading'),
  by: z
    .array(z.string())
    .describe('Names of the nodes that have read it; none for other tenants than the platform'),
  guests: z
    .int()
    .nullable()
    .describe(
      'Number of guests that ran there when it was written last; null if not known, and for ' +
        'other tenants than the platform',
    ),
  reason: z.string().nullable().describe('Reason it is `unknown`; null otherwise'),
});
export type NodePoolHeartbeat = z.infer<typeof NodePoolHeartbeat>;

/** A node as answers carry it. */
export const Node = z.looseObject({
  id: NodeId,
  name: z.string(),
  zone: z.string().describe('Availability zone'),
  rack: z.string().describe('Rack within the zone'),
  status: NodeStatus,
  power: NodePower.describe('Whether the node is powered on'),
  control_plane: NodeControlPlane.describe(
    '`other`: the agent of the node follows another control plane and refuses this one, which ' +
      'does not use the node',
  ),
  driver: z.string().describe('Hypervisor driver of the agent'),
  agent_release: z
    .string()
    .nullable()
    .describe('Release of the agent; null if not known, and for other tenants than the platform'),
  capacity: amounts.describe('Capacity of the node'),
  allocated: amounts.describe('Allocated amounts of the VMs that the caller may see'),
  vm_count: z.int().describe('Number of VMs that the caller may see; the first tenant sees all'),
  class: z
    .string()
    .nullable()
    .prefault(null)
    .describe('Class that the agent of the node announces, for prices and plans; null: none'),
  prices: NodePrices.nullable().describe(
    'Prices of a VM there by the price list in force; null if it has none, or prices VMs as a ' +
      'whole',
  ),
  facts: NodeFacts.nullable().describe(
    'Facts that `requirements` and `placement` of VMs are about, as the agent of the node ' +
      'announces them; null where it announces none',
  ),
  fenced: NodeFence.nullable().describe(
    'Reason its VMs may run on other nodes, although the node does not answer; null where they ' +
      'may not, or the node answers',
  ),
  cut_off: NodeCutOff.nullable().describe(
    'Shared storages that have cut the node off, which may be on all the same; no VM is placed ' +
      'there until it was given them back. Null where none has',
  ),
  suspected: NodeSuspicion.nullable().describe(
    'Reason no VM is placed on the node for now, although its lease has not ended: it was not ' +
      'heard of for some seconds, or its agent was stopped on purpose or does not respond; else ' +
      'null',
  ),
  pool_heartbeat: NodePoolHeartbeat.nullable().describe(
    'Reading by other nodes of its heartbeat in their shared storage, while servers do not hear ' +
      'the node; null while they do, or where nothing is known',
  ),
  isolation: NodeIsolation.nullable().describe(
    'VMs that the node stops by itself when it hears no server; null where there are none, and ' +
      'for other tenants than the platform',
  ),
  woken: NodeWaking.nullable().describe(
    'Reason NovaCron woke it from standby; null where it has not, or the node was emptied ' +
      'since, and for other tenants than the platform',
  ),
  maintenance_until: Timestamp.nullable().describe(
    'Planned end of its maintenance, as given to the drain; null where no end was stated, or ' +
      'the node is in service',
  ),
  conditions: z
    .array(NodeCondition)
    .nullable()
    .describe(
      'Signs that the node is about to fail, the worst first, those that ended a while ago ' +
        'included; null for other tenants than the platform',
    ),
  last_seen_at: Timestamp,
});
export type Node = z.infer<typeof Node>;
