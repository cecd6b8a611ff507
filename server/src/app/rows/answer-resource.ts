/** Stored rows of resources as answers carry them. */
import type { JsonObject } from '@novacron/contract/json';
import { Network } from '@novacron/contract/kinds/network/network';
import { StoredOrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/fields';
import { Policy } from '@novacron/contract/kinds/policy/policy';
import { SecurityGroup } from '@novacron/contract/kinds/security-group/security-group';
import { Snapshot } from '@novacron/contract/kinds/snapshot/snapshot';
import { Vm } from '@novacron/contract/kinds/vm/vm';
import { Volume } from '@novacron/contract/kinds/volume/volume';
import type {
  NetworkRow,
  PolicyRow,
  ResourceRow,
  SecurityGroupRow,
  SnapshotRow,
  VmRow,
  VolumeRow,
} from '../../ports/tables/tables.ts';
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

/** The fields of a row, parsed once: parsing the JSON for each use adds up. */
export interface ResourceFields {
  readonly desired: JsonObject;
  readonly observed: JsonObject;
}

/** Parses the fields of a row. */
export function fieldsOf(row: ResourceRow): ResourceFields {
  return { desired: desiredOf(row), observed: observedOf(row) };
}

/** The fields of every kind in answers: the stored ones and the common ones. */
export function toAnswer(row: ResourceRow): Record<string, unknown> {
  const { desired, observed } = fieldsOf(row);
  return joinFields(desired, observed, commonFields(row));
}

/**
 * Merges the fields of several objects; the last one that has a field wins. Assigned: V8 takes
 * twenty times as long for a literal that begins with a spread and goes on with others.
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

/** A VM as answers carry it, with its data from other tables. */
export function toVm(
  row: VmRow,
  { desired, observed }: ResourceFields,
  elsewhere: Readonly<Record<string, unknown>>,
): Vm {
  return Vm.parse(joinFields(desired, told(observed), commonFields(row), elsewhere));
}

/** Why a machine is missing is internal; few VMs have lost theirs. */
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
