/** Related data that `describe` shows for a resource, by its noun: queries, not answers. */
import { GROUP_LABEL } from '@novacron/contract/kinds/vm-group/vm-group';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import type { Fields } from '../../output/fields.ts';

/** Something that belongs to a resource. */
export interface Relation {
  /** Heading of the section, and with `_` for spaces its name in JSON: `Open incidents`. */
  readonly title: string;
  /** A list, or an operation that reads one resource. */
  readonly operation: OperationName;
  /** The noun of the columns. */
  readonly noun: string;
  readonly columns?: readonly string[];
  /** Inputs of the calls; none where the resource has nothing of the kind. */
  readonly inputs: (resource: Fields) => readonly Fields[];
}

/** Enough to see what has just happened. */
const LATEST = 5;

const idsOf = (...values: readonly unknown[]): readonly Fields[] =>
  values.flat().flatMap((id) => (typeof id === 'string' ? [{ id }] : []));

const NODE: Relation = {
  title: 'Node',
  operation: 'node.list',
  noun: 'node',
  columns: ['name', 'zone', 'rack', 'status'],
  inputs: ({ node }) => (typeof node === 'string' ? [{ name: node }] : []),
};

const INCIDENTS: Relation = {
  title: 'Open incidents',
  operation: 'incident.list',
  noun: 'incident',
  columns: ['state', 'severity', 'target', 'summary', 'age'],
  inputs: ({ name, node }) => [
    {
      target: [name, node].filter((each) => typeof each === 'string'),
      state: ['open', 'acknowledged'],
    },
  ],
};

const VM_COLUMNS = ['name', 'status', 'node', 'cpu_cores', 'memory_gb', 'age'];

const DRIFT: Relation = {
  title: 'Drift',
  operation: 'drift.report',
  noun: 'drift',
  columns: ['severity', 'fields', 'by', 'at'],
  inputs: ({ id }) => [{ resource_id: id }],
};

const OPERATIONS: Relation = {
  title: 'Latest operations',
  operation: 'operation.list',
  noun: 'operation',
  columns: ['kind', 'status', 'created_by', 'age', 'id'],
  inputs: ({ id }) => [{ target_id: id, order: 'newest', limit: LATEST }],
};

const EVENTS: Relation = {
  title: 'Latest events',
  operation: 'event.list',
  noun: 'event',
  columns: ['at', 'type', 'priority', 'source'],
  inputs: ({ id }) => [{ target: [id], order: 'newest', limit: LATEST }],
};

/** Relations of resources of some nouns only. */
const OWN: Readonly<Record<string, readonly Relation[]>> = {
  vm: [
    NODE,
    {
      title: 'Networks',
      operation: 'network.get',
      noun: 'network',
      columns: ['name', 'cidr', 'id'],
      inputs: ({ network_id: first, further_network_ids: more }) => idsOf(first, more),
    },
    {
      title: 'Volumes',
      operation: 'volume.list',
      noun: 'volume',
      columns: ['name', 'status', 'size_gb', 'type', 'id'],
      inputs: ({ id }) => [{ attached_to: [id] }],
    },
    INCIDENTS,
  ],
  vm_group: [
    {
      title: 'Members',
      operation: 'vm.list',
      noun: 'vm',
      columns: VM_COLUMNS,
      inputs: ({ id }) => [{ labels: `${GROUP_LABEL}=${String(id)}` }],
    },
    {
      title: 'Latest scaling events',
      operation: 'scaling_event.list',
      noun: 'scaling_event',
      columns: ['at', 'from', 'to', 'trigger_type'],
      inputs: ({ id }) => [{ group_id: id, limit: LATEST }],
    },
  ],
  node: [
    {
      title: 'VMs',
      operation: 'vm.list',
      noun: 'vm',
      columns: VM_COLUMNS,
      inputs: ({ name }) => [{ node: [name] }],
    },
    INCIDENTS,
  ],
  network: [
    {
      title: 'VMs',
      operation: 'vm.list',
      noun: 'vm',
      columns: VM_COLUMNS,
      inputs: ({ id }) => [{ network_id: [id] }],
    },
  ],
  volume: [
    {
      title: 'Attached to',
      operation: 'vm.get',
      noun: 'vm',
      columns: VM_COLUMNS,
      inputs: ({ attached_to: id }) => idsOf(id),
    },
    {
      title: 'Snapshots',
      operation: 'snapshot.list',
      noun: 'snapshot',
      columns: ['name', 'status', 'size_gb', 'age'],
      inputs: ({ id }) => [{ volume_id: [id] }],
    },
  ],
  snapshot: [
    {
      title: 'Volume',
      operation: 'volume.get',
      noun: 'volume',
      columns: ['name', 'status', 'size_gb', 'type', 'id'],
      inputs: ({ volume_id: id }) => idsOf(id),
    },
  ],
  policy: [
    {
      title: 'Open violations',
      operation: 'policy_violation.list',
      noun: 'policy_violation',
      columns: ['resource_kind', 'resource_name', 'mode', 'opened_at'],
      inputs: ({ id }) => [{ policy_id: id, state: ['open'] }],
    },
  ],
};

/** Returns the relations of a noun's resources, in display order. */
export function relationsOf(noun: string): readonly Relation[] {
  const isKind = RESOURCE_KINDS.some((kind) => kind === noun);
  return [...(OWN[noun] ?? []), ...(isKind ? [DRIFT] : []), OPERATIONS, EVENTS];
}
