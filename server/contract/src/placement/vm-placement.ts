/**
 * The placement rules of a VM: the fields `placement` and `anti_affinity`. Whatever is left out is
 * null once it is parsed, so that a request, a row of the store and Terraform's state are the same.
 */
import { z } from 'zod';
import { nullWhenAbsent } from '../schema/null-when-absent.ts';
import { Labels, ResourceName } from '../schema/resource.ts';

/** How near, or how far apart, is meant. */
export const TopologyLevel = z.enum(['node', 'rack', 'zone']);

/** `hard` leaves the VM without a place rather than break the rule; `soft` costs score. */
export const RuleMode = z.enum(['hard', 'soft']);

/** The name of VMs that are kept apart. */
export const AntiAffinityGroup = ResourceName;

/** Of the strategies those that need nothing but the fleet; `balanced` where none is named. */
export const VmStrategy = z.enum([
  'balanced',
  'pack',
  'spread',
  'cost',
  'performance',
  'fragmentation',
  'failover',
]);

/** Other VMs of the tenant, and how near to them the VM has to be. */
export const VmPeerRule = z
  .strictObject({
    vm: nullWhenAbsent(ResourceName, 'Name of one other VM.'),
    group: nullWhenAbsent(AntiAffinityGroup, 'All VMs whose `anti_affinity` names this group.'),
    labels: nullWhenAbsent(Labels, 'All VMs whose metadata has these labels.'),
    level: nullWhenAbsent(
      TopologyLevel,
      'What is shared or not: the node, its rack or its zone. Default: `node`.',
    ),
    mode: nullWhenAbsent(
      RuleMode,
      'A `hard` rule is never broken, a `soft` one costs score. Default: `hard`.',
    ),
  })
  .refine(
    ({ vm, group, labels }) =>
      [vm, group, labels].filter((selector) => selector !== null).length === 1,
    'must name exactly one of vm, group and labels',
  )
  .meta({ example: { vm: 'db-01', group: null, labels: null, level: 'rack', mode: 'soft' } });
export type VmPeerRule = z.infer<typeof VmPeerRule>;

/** A decision with more rules could not be explained clearly. */
const PEER_RULES_MAX = 5;

const peerRules = () =>
  z.array(VmPeerRule).max(PEER_RULES_MAX, `must have at most ${PEER_RULES_MAX} rules`);

/** The placement rules of a VM: requirements and preferences. */
export const VmPlacement = z.strictObject({
  strategy: nullWhenAbsent(
    VmStrategy,
    'How nodes that can hold the VM are ranked. Default: `balanced`.',
  ),
  zone: nullWhenAbsent(z.string().min(1).max(63), 'The only zone that will do.'),
  rack: nullWhenAbsent(z.string().min(1).max(63), 'The only rack that will do, by its name.'),
  node: nullWhenAbsent(z.string().min(1).max(253), 'The only node that will do, by its name.'),
  affinity: nullWhenAbsent(peerRules(), 'VMs that this one must be near.'),
  anti_affinity: nullWhenAbsent(peerRules(), 'VMs that this one must be away from.'),
  spread_domain: nullWhenAbsent(
    TopologyLevel,
    'Spreads the VM and those like it (of the same group, else with the same metadata) evenly: ' +
      'no node, rack or zone has two more of them than another.',
  ),
  numa: nullWhenAbsent(
    z.enum(['any', 'prefer-single', 'single']),
    'Whether one NUMA cell of the node has to hold the VM. Default: `any`.',
  ),
  pin_preview: nullWhenAbsent(
    z.boolean(),
    'Makes the create fail, instead of taking another node, where the node that the plan ' +
      'showed cannot hold the VM any more.',
  ),
});
export type VmPlacement = z.infer<typeof VmPlacement>;
