/** What a plan does about the drift of a member of a VM group, which only its group is part of. */
import type { DriftField, ExplainedDriftRecord } from '@novacron/contract/drift/drift';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { DRIFTED_MEMBERS } from '@novacron/contract/kinds/vm-group/vm-group';
import { cannotReturn } from '@novacron/contract/schema/cannot-return';
import type { PlannedResource } from '../../terraform/planned-resource.ts';
import type { AnnotatedField, PlanEffect } from './model.ts';

/** The ids of a planned resource and, of a group, its members. */
export function idsOf({ id, computed }: PlannedResource): readonly string[] {
  return id === undefined ? [] : [id, ...listOf(computed.member_ids)];
}

/** Describes the drifted fields of a member: any update of its group restores them. */
export function annotateMember(
  group: PlannedResource,
  { resource_kind: kind, resource_id: id, fields }: ExplainedDriftRecord,
): readonly AnnotatedField[] {
  const { table } = RESOURCE_DEFINITIONS[kind];
  const isKnown = listOf(group.computed[DRIFTED_MEMBERS]).includes(id);
  return fields.map((changed) => {
    const { field, drift_class, was, is } = changed;
    const effect = effectOn(changed);
    const wanted = group.after === null ? undefined : effect === 'reverts' ? was : is;
    return { field, drift_class, was, is, wanted, effect };
  });

  function effectOn({ field, was, is }: DriftField): PlanEffect {
    if (group.change === 'delete') return 'destroys';
    if (group.change === 'replace') return 'replaces';
    if (cannotReturn(table, field, was, is)) return 'keeps';
    return isKnown ? 'reverts' : 'unaware';
  }
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
