/**
 * The placement rules of a VM: the fields `placement` and `anti_affinity`. Whatever is left out is
 * null once it is parsed, so that a request, a row of the store and Terraform's state are the same.
 */
import { z } from 'zod';
import { nullWhenAbsent } from '../schema/null-when-absent.ts';
import { Labels, ResourceName } from '../schema/resource.ts';

/** Topology level of affinity and anti-affinity. */
export const TopologyLevel = z.enum(['node', 'rack', 'zone']);

/** `hard` leaves the VM without a place rather than break the rule; `soft` costs score. */
export const RuleMode = z.enum(['hard', 'soft']);

/** The name of VMs that are kept apart. */
export const AntiAffinityGroup = ResourceName;

/** Placement strategies that need nothing but the fleet; default: `balanced`. */
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
    vm: nullWhenAbsent(ResourceName, 'Name of another VM.'),
    group: nullWhenAbsent(AntiAffinityGroup, 'VMs with this `anti_affinity` group.'),
    labels: nullWhenAbsent(Labels, 'VMs with these labels.'),
    level: nullWhenAbsent(
      TopologyLevel,
      'Level to which the rule applies: node, rack or zone. Default: `node`.',
    ),
    mode: nullWhenAbsent(
      RuleMode,
      '`hard` rules are mandatory, `soft` rules lower the score. Default: `hard`.',
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

/** Labels that the planner itself gives every node; VMs ask for them by fields of their own. */
const PLACE_LABELS = ['rack', 'zone', 'node'] as const;

/** Labels of nodes, as their operators chose them. */
export const NodeLabels = Labels.refine(
  (labels) => PLACE_LABELS.every((name) => !Object.hasOwn(labels, name)),
  'must not have rack, zone or node: each is a field of its own',
);

/** The placement rules of a VM: requirements and preferences. */
export const VmPlacement = z.strictObject({
  strategy: nullWhenAbsent(
    VmStrategy,
    'Strategy for ranking the nodes that fit. Default: `balanced`.',
  ),
  zone: nullWhenAbsent(z.string().min(1).max(63), 'Name of the required zone.'),
  rack: nullWhenAbsent(z.string().min(1).max(63), 'Name of the required rack.'),
  node: nullWhenAbsent(z.string().min(1).max(253), 'Name of the required node.'),
  node_labels: nullWhenAbsent(
    NodeLabels,
    'Labels that the node must have, all of them, as its agent announces them (`--label`).',
  ),
  preferred_node_labels: nullWhenAbsent(
    NodeLabels,
    'Labels of preferred nodes: the more of them a node has, the higher its score.',
  ),
  affinity: nullWhenAbsent(peerRules(), 'VMs near which this VM is placed.'),
  anti_affinity: nullWhenAbsent(peerRules(), 'VMs from which this VM is kept apart.'),
  spread_domain: nullWhenAbsent(
    TopologyLevel,
    'Spreads the VM and similar VMs (of the same group, or with the same metadata) ' +
      'evenly over nodes, racks or zones: the numbers differ by at most one.',
  ),
  numa: nullWhenAbsent(
    z.enum(['any', 'prefer-single', 'single']),
    'Whether the VM must fit in one NUMA cell of the node. Default: `any`.',
  ),
  pin_preview: nullWhenAbsent(
    z.boolean(),
    'Fails the create if the node of the plan no longer has room for the VM, instead of ' +
      'choosing another node.',
  ),
});
export type VmPlacement = z.infer<typeof VmPlacement>;
