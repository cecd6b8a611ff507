/** Stored rows of resources as answers carry them. */
import type { JsonObject } from '@novacron/contract/json';
import { Network } from '@novacron/contract/network';
import { StoredOrchestrationPolicy } from '@novacron/contract/orchestration-policy';
import { Policy } from '@novacron/contract/policy';
import { SecurityGroup } from '@novacron/contract/security-group';
import { Snapshot } from '@novacron/contract/snapshot';
import { Vm } from '@novacron/contract/vm';
import { Volume } from '@novacron/contract/volume';
import type {
  NetworkRow,
  PolicyRow,
  ResourceRow,
  SecurityGroupRow,
  SnapshotRow,
  VmRow,
  VolumeRow,
} from '../../ports/tables.ts';
import { policyOf } from './stored-policies.ts';
import { toTimestamp } from './to-timestamp.ts';

/** The desired fields of a row. */
export function desiredOf(row: ResourceRow): JsonObject {
  return JSON.parse(row.desired_json);
}

/** The computed fields of a row. */
export function observedOf(row: ResourceRow): JsonObject {
  return JSON.parse(row.observed_json);
}

/** The fields of a row, each read once: JSON that is read again for each question adds up. */
export interface ResourceFields {
  readonly desired: JsonObject;
  readonly observed: JsonObject;
}

/** Reads the fields of a row. */
export function fieldsOf(row: ResourceRow): ResourceFields {
  return { desired: desiredOf(row), observed: observedOf(row) };
}

/** What every kind has in its answers: the fields as they are stored, and the common ones. */
export function toAnswer(row: ResourceRow): Record<string, unknown> {
  const { desired, observed } = fieldsOf(row);
  return joinFields(desired, observed, commonFields(row));
}

/**
 * Puts the fields of several objects into one; the last one that has a field says it. Assigned: V8
 * takes twenty times as long for a literal that begins with a spread and goes on with others.
 */
function joinFields(...parts: readonly object[]): Record<string, unknown> {
  return Object.assign({}, ...parts);
}

function commonFields(row: ResourceRow) {
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    revision: row.revision,
    schema_version: row.schema_version,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  };
}

/** A VM as answers carry it, with what of it is kept elsewhere. */
export function toVm(
  row: VmRow,
  { desired, observed }: ResourceFields,
  elsewhere: Readonly<Record<string, unknown>>,
): Vm {
  return Vm.parse(joinFields(desired, told(observed), commonFields(row), elsewhere));
}

/** How it is known that a machine is gone is nobody else's; few VMs have lost theirs. */
function told(observed: JsonObject): JsonObject {
  if (observed.machine === undefined) return observed;
  const { machine: _machine, ...others } = observed;
  return others;
}

/** A network as answers carry it. */
export function toNetwork(row: NetworkRow): Network {
  return Network.parse({ ...toAnswer(row), vm_count: row.vm_count });
}

/** A security group as answers carry it. */
export function toSecurityGroup(row: SecurityGroupRow): SecurityGroup {
  return SecurityGroup.parse({ ...toAnswer(row), vm_count: row.vm_count });
}

/** A volume as answers carry it. */
export function toVolume(row: VolumeRow): Volume {
  return Volume.parse(toAnswer(row));
}

/** A snapshot as answers carry it. */
export function toSnapshot(row: SnapshotRow): Snapshot {
  return Snapshot.parse(toAnswer(row));
}

/** An orchestration policy as answers carry it. */
export function toOrchestrationPolicy(row: PolicyRow): StoredOrchestrationPolicy {
  return StoredOrchestrationPolicy.parse({ ...toAnswer(row), policy: policyOf(row) });
}

/** A policy as answers carry it. */
export function toPolicy(row: PolicyRow): Policy {
  return Policy.parse(toAnswer(row));
}
