/** The observed state of resources, where it differs from the desired one. Answers show it. */

import type { JsonObject } from '@novacron/contract/json';
import { STOP_REASON_WORDS } from '@novacron/contract/kinds/vm/stop-reason';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { observedOf } from '../answer-resource.ts';
import { observedMachineOf, pickFields, stopReasonOf } from '../observed-machine.ts';
import { shownPowerOf } from './shown-power.ts';

/** The observed values of differing fields; none where the resource is as desired. */
export function observedDiffOf(kind: ResourceKind, row: ResourceRow): JsonObject {
  if (kind === 'vm') return { ...shownPowerOf(row), ...observedMachineOf(row) };
  return kind === 'volume' ? observedVolumeOf(row) : {};
}

/** Explains why observed fields differ, as far as nodes know. */
export function observedReasonsOf(
  kind: ResourceKind,
  row: ResourceRow,
): Readonly<Record<string, string>> {
  const reason = kind === 'vm' ? stopReasonOf(observedOf(row)) : undefined;
  // Of a command the audit log says more: who sent it.
  if (reason === undefined || reason === 'command') return {};
  return { power_state: STOP_REASON_WORDS[reason] };
}

/** A volume that was observed to be detached from its VM: `attached_to` is null then. */
export function observedVolumeOf(row: ResourceRow): JsonObject {
  return pickFields(observedOf(row), ['attached_to']);
}

/** Whether the volume is attached as desired: to its VM, or to none. */
export function isAttachedAsDesired(row: ResourceRow): boolean {
  return Object.keys(observedVolumeOf(row)).length === 0;
}
