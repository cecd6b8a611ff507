/** Selects the orchestration policies that scale VM groups. */
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { selectsResource } from '@novacron/engine/automation/orchestration/rules/selects-resource';
import { readSteering } from '../../placement/steering/load-placement-policies.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import type { WriteScope } from '../scope.ts';

type Scope = Pick<WriteScope, 'deps' | 'context'>;

/** Whether a group is scaled by its own rules: policies do not scale it then. */
export function isScaledByRules({ scaling }: Pick<VmGroupSpec, 'scaling'>): boolean {
  return scaling !== null && scaling.mode !== 'recommend';
}

/** A policy about VMs that scales means the groups of those VMs. */
export function withGroups(policy: OrchestrationPolicy): OrchestrationPolicy {
  const { selector } = policy.spec;
  const { resourceTypes } = selector;
  if (!scales(policy) || !resourceTypes.includes('vm') || resourceTypes.includes('vm_group')) {
    return policy;
  }
  const both = { ...selector, resourceTypes: [...resourceTypes, 'vm_group' as const] };
  return { ...policy, spec: { ...policy.spec, selector: both } };
}

function scales({ spec }: OrchestrationPolicy): boolean {
  return spec.rules.some(({ actions }) => actions.some(({ type }) => type === 'scale'));
}

/** Labels by which policies select a group: its own, and those of its members. */
export function labelsOfGroup({ vm, metadata }: VmGroupSpec): Readonly<Record<string, string>> {
  return { ...vm.metadata, ...metadata };
}

function selectsGroup(policy: OrchestrationPolicy, spec: VmGroupSpec): boolean {
  if (!scales(policy)) return false;
  const group = { type: 'vm_group', name: spec.name, namespace: null, metrics: {} } as const;
  return selectsResource(withGroups(policy), { ...group, labels: labelsOfGroup(spec) }).ok;
}

/** Whether orchestration policies of a tenant scale a group that has no rules in force. */
export async function isScaledByPolicies(
  spec: VmGroupSpec,
  deps: Parameters<typeof readSteering>[0],
  tenantId: string,
): Promise<boolean> {
  const steering = await readSteering(deps, tenantId);
  return steering.some(({ policy }) => selectsGroup(policy, spec));
}

/** Says which policies do not scale a group because it has rules of its own. */
export async function describeIgnoredPolicies(
  spec: VmGroupSpec,
  { deps, context }: Scope,
): Promise<readonly string[]> {
  if (!isScaledByRules(spec)) return [];
  const steering = await readSteering(deps, context.principal.tenantId);
  return steering
    .filter(({ policy }) => selectsGroup(policy, spec))
    .map(
      ({ row }) =>
        `The orchestration policy ${row.name} scales the VM group ${spec.name}, too. Its scale ` +
        'actions have no effect on this group while it has scaling: the scaling of a group takes ' +
        'precedence. Its other actions run.',
    );
}

/** Says which groups a policy does not scale because they have rules of their own. */
export async function describeIgnoringGroups(
  policy: OrchestrationPolicy,
  { deps, context }: Scope,
): Promise<readonly string[]> {
  if (!scales(policy)) return [];
  const where = { tenant_id: context.principal.tenantId };
  const groups = await deps.store.read({ from: 'vm_groups', where, damaged: 'blank' });
  const specs = mapReadable(groups, (row) => desiredAs(row, VmGroupSpec));
  const names = specs
    .filter((spec) => isScaledByRules(spec) && selectsGroup(policy, spec))
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `The scale actions of this policy have no effect on these VM groups, which have scaling of ` +
      `their own that takes precedence: ${names.join(', ')}.`,
  ];
}
