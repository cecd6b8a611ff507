/** VM groups: N like VMs from one template. Rows of kind `vm_group` and their requests. */
import { z } from 'zod';
import { VmGroupId, VmId } from '../../ids.ts';
import { equalJson } from '../../json.ts';
import { TopologyLevel } from '../../placement/vm-placement.ts';
import { deletionProtection } from '../../schema/deletion-protection.ts';
import {
  computed,
  createShape,
  type DriverCapabilities,
  type Effect,
  type EffectOf,
  type FieldTable,
  type ForeseenChange,
  field,
  nestedShape,
  specShape,
  updateShape,
} from '../../schema/field.ts';
import { Labels, resourceSchema } from '../../schema/resource.ts';
import { VM_FIELDS } from '../vm/vm.ts';
import { GroupScaling } from './group-scaling.ts';
import { foreseeSize, GroupSize, GroupSizeOrZero, SIZING_FIELDS } from './group-size.ts';

/** The label of every member, with the id of its group. Placement rules of the group use it. */
export const GROUP_LABEL = 'novacron/vm-group';

/** The list of the members that drifted: any update of the group returns them to it. */
export const DRIFTED_MEMBERS = 'drifted_member_ids';

/** The list of the members with drift that no update of the group undoes. */
export const UNRESTORED_MEMBERS = 'unrestored_member_ids';

/**
 * The fields that the members of a group have in common, one row a field. What is each VM's own is
 * not among them: its name, its power, its protection, and secrets.
 */
export const VM_TEMPLATE_FIELDS = {
  cpu_cores: VM_FIELDS.cpu_cores,
  memory_gb: VM_FIELDS.memory_gb,
  disk_gb: VM_FIELDS.disk_gb,
  network_id: VM_FIELDS.network_id,
  template_id: VM_FIELDS.template_id,
  metadata: VM_FIELDS.metadata,
  anti_affinity: VM_FIELDS.anti_affinity,
  placement: VM_FIELDS.placement,
  priority: VM_FIELDS.priority,
  spot: VM_FIELDS.spot,
  description: VM_FIELDS.description,
  ssh_keys: VM_FIELDS.ssh_keys,
  ssh_key_ids: VM_FIELDS.ssh_key_ids,
  security_groups: VM_FIELDS.security_groups,
  firewall_rules: VM_FIELDS.firewall_rules,
  further_network_ids: VM_FIELDS.further_network_ids,
  firmware: VM_FIELDS.firmware,
  secure_boot: VM_FIELDS.secure_boot,
  tpm: VM_FIELDS.tpm,
  guest_os: VM_FIELDS.guest_os,
  drivers_image: VM_FIELDS.drivers_image,
  drivers_image_checksum: VM_FIELDS.drivers_image_checksum,
  io_limits: VM_FIELDS.io_limits,
  requirements: VM_FIELDS.requirements,
  wait_for: VM_FIELDS.wait_for,
  healing: VM_FIELDS.healing,
} as const;

/** Template of a group's members: a VM without its name. */
export const VmTemplate = z.strictObject(nestedShape(VM_TEMPLATE_FIELDS));
export type VmTemplate = z.infer<typeof VmTemplate>;

/** A name that leaves room for the number that members add to it. */
const VmGroupName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,57}[A-Za-z0-9])?$/,
    'must have 1 to 59 letters, digits, dots, dashes or underscores, the ends a letter or digit',
  );

const EFFECTS: readonly Effect[] = ['live', 'restart'];

/** The worst of what the fields mean that change: a member that is replaced is not the group. */
const templateEffect: EffectOf = (before, after, capabilities) => {
  const effects = effectsOnMembers(before, after, capabilities) ?? [];
  const ranks = effects.map((effect) => EFFECTS.indexOf(effect === 'live' ? 'live' : 'restart'));
  return EFFECTS[Math.max(0, ...ranks)] ?? 'live';
};

/** The effects of the changed fields of a template; undefined where one of both is not known. */
function effectsOnMembers(
  before: unknown,
  after: unknown,
  capabilities: DriverCapabilities,
): readonly Effect[] | undefined {
  const [was, is] = [VmTemplate.safeParse(before), VmTemplate.safeParse(after)];
  if (!was.success || !is.success) return undefined;
  const [left, right]: readonly Readonly<Record<string, unknown>>[] = [was.data, is.data];
  const rows: FieldTable = VM_TEMPLATE_FIELDS;
  return Object.entries(rows).flatMap(([name, row]) => {
    if (equalJson(left?.[name] ?? null, right?.[name] ?? null)) return [];
    return [row.effectOf(left?.[name], right?.[name], capabilities)];
  });
}

/** What a hypervisor can do does not decide whether a member is replaced. */
const ANY_HYPERVISOR = { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no' } as const;

/** Whether a change of the template leaves each member in place; `unknown` where a value is. */
export function fateOfMembers(before: unknown, after: unknown): 'stay' | 'replaced' | 'unknown' {
  const effects = effectsOnMembers(before, after, ANY_HYPERVISOR);
  if (effects === undefined) return 'unknown';
  const isReplaced = effects.some((effect) => effect === 'replace' || effect === 'data-loss');
  return isReplaced ? 'replaced' : 'stay';
}

/** Whether a change leaves a group the members that it has: as many, and each in place. */
function keepsMembers({ before, after }: ForeseenChange): boolean {
  const { member_ids: ids, size } = before ?? {};
  if (!Array.isArray(ids) || ids.length !== size) return false;
  if (foreseeSize({ before, after }) !== size) return false;
  return fateOfMembers(before?.vm, after.vm) === 'stay';
}

/** Foresees a field of the members: of those that stay where all of them are ready, it stays. */
function foreseeOfReady(name: 'ready_size' | 'status'): (change: ForeseenChange) => unknown {
  return (change) => {
    const { before } = change;
    return before?.status === 'ready' && keepsMembers(change) ? before[name] : undefined;
  };
}

/** The resource table of VM groups, one row a field. */
export const VM_GROUP_FIELDS = {
  name: field({
    schema: VmGroupName,
    description:
      'Name of the group, unique within the tenant. Its members are named NAME-1, NAME-2, and a ' +
      'change renames them.',
    presence: 'required',
    example: 'web',
  }),
  vm: field({
    schema: VmTemplate,
    description:
      'Configuration of every member: the fields of a VM except individual and secret ' +
      'ones. A change is rolled out to at most `max_unavailable` members at a time. ' +
      'Members that cannot be changed in place (another template, a smaller disk) are ' +
      'replaced, including their root disks.',
    presence: 'required',
    effectOf: templateEffect,
    driftClass: 'availability',
    inside: VM_TEMPLATE_FIELDS,
    isTemplate: true,
    example: { cpu_cores: 2, memory_gb: 4, disk_gb: 40 },
  }),
  min_size: field({
    schema: GroupSizeOrZero,
    description:
      'Minimum number of members. 0 needs a schedule in `scaling`, or a rule with the scope ' +
      '`group`: a metric of members is unknown while there are none.',
    presence: 'required',
    driftClass: 'availability',
    example: 2,
  }),
  max_size: field({
    schema: GroupSize,
    description: 'Maximum number of members.',
    presence: 'required',
    driftClass: 'cost',
    example: 10,
  }),
  desired_size: field({
    schema: GroupSize,
    description:
      'Desired number of members. If it is not set, NovaCron sets it: the group starts ' +
      'with `min_size`, and a change by `novacron group scale` is not drift.',
    presence: 'optional',
    driftClass: 'availability',
    example: 3,
  }),
  scaling: field({
    schema: GroupScaling,
    description:
      'Automatic sizing between `min_size` and `max_size`, by rules over ' +
      'metrics, schedules and forecasts. Not beside `desired_size`. A member that is removed ' +
      'loses its root disk, so no group is made smaller by itself while a member that would be ' +
      'removed has volumes attached. Orchestration policies do not scale a group that has ' +
      '`scaling`, unless its mode is `recommend`. Default: NovaCron does not scale the group by ' +
      'itself.',
    presence: 'optional',
    excludes: 'desired_size',
    driftClass: 'availability',
    example: {
      rules: [{ kind: 'target', metric: 'cpu_utilization_ratio', value: 0.6 }],
      cooldown: '5m',
    },
  }),
  spread: field({
    schema: TopologyLevel,
    description: 'Spreads the members evenly over nodes, racks or zones.',
    presence: 'optional',
    driftClass: 'availability',
    example: 'zone',
  }),
  anti_affinity: field({
    schema: TopologyLevel,
    description: 'Domain that members never share: node, rack or zone (a hard rule).',
    presence: 'optional',
    driftClass: 'availability',
    example: 'node',
  }),
  max_unavailable: field({
    schema: GroupSize,
    description:
      'Maximum number of members that a change of `vm` updates at the same time, and the ' +
      'disruption budget of the group: NovaCron stops none by itself while as many are down.',
    presence: 'optional',
    default: 1,
    example: 1,
  }),
  metadata: field({
    schema: Labels,
    description: 'Labels of the group; labels of members are in `vm`.',
    presence: 'optional',
    example: { team: 'shop' },
  }),
  deletion_protection: deletionProtection(
    'group',
    ' Its members can still be removed: when it scales in, or to replace them.',
  ),
  size: {
    ...computed(z.int(), 'Current desired number of members.', 3),
    volatility: 'observed',
    follows: SIZING_FIELDS,
    foresee: foreseeSize,
  },
  ready_size: {
    ...computed(z.int().prefault(0), 'Current number of members that run on nodes that answer.', 3),
    volatility: 'observed',
    follows: ['vm', ...SIZING_FIELDS],
    foresee: foreseeOfReady('ready_size'),
  },
  member_ids: {
    ...computed(z.array(VmId), 'Ids of the members, ordered by number.', [
      'vm_01jd3v6t7re3h8z9k2m4n5p6q7',
    ]),
    volatility: 'observed',
    follows: ['vm', ...SIZING_FIELDS],
    foresee: (change: ForeseenChange) =>
      keepsMembers(change) ? change.before?.member_ids : undefined,
  },
  [DRIFTED_MEMBERS]: {
    ...computed(
      z.array(VmId).prefault([]),
      'Ids of the members that are no longer as the group made them, and whose drift is not ' +
        'ignored. Any update of the group restores them.',
      ['vm_01jd3v6t7re3h8z9k2m4n5p6q7'],
    ),
    driftClass: 'availability',
    volatility: 'observed',
    isUnwanted: true,
  },
  [UNRESTORED_MEMBERS]: {
    ...computed(
      z.array(VmId).prefault([]),
      'Ids of the members with drift that no update of the group undoes, such as a larger disk, ' +
        'and that is not ignored.',
      [],
    ),
    volatility: 'volatile',
  },
  cost_per_hour: {
    ...computed(
      z.number().nullable().prefault(null),
      'Cost of its members per hour, in the currency of the price list; null if no price list ' +
        'has their prices.',
      0.42,
    ),
    volatility: 'observed',
    follows: ['vm', ...SIZING_FIELDS],
  },
  status: {
    ...computed(
      z.enum(['ready', 'changing', 'degraded']),
      'Status: `ready`, `changing` during an operation, `degraded` if members are missing, do ' +
        'not run, or are on nodes that are lost.',
      'ready',
    ),
    volatility: 'observed',
    follows: ['vm', ...SIZING_FIELDS],
    foresee: foreseeOfReady('status'),
  },
} as const;

/** A VM group as answers carry it. */
export const VmGroup = resourceSchema(VmGroupId, VM_GROUP_FIELDS);
export type VmGroup = z.infer<typeof VmGroup>;

/** The desired state of a VM group. */
export const VmGroupSpec = z.looseObject(specShape(VM_GROUP_FIELDS));
export type VmGroupSpec = z.infer<typeof VmGroupSpec>;

/** Fields of requests to create and to update a VM group. */
export const VmGroupCreate = z.strictObject(createShape(VM_GROUP_FIELDS));
export const VmGroupUpdate = z.strictObject(updateShape(VM_GROUP_FIELDS));
