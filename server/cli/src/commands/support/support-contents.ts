/**
 * What a support bundle contains: the fields that are listed here, and nothing else. No names,
 * labels, addresses or texts of users are among them, nor what they have written.
 */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Fields } from '../../output/fields.ts';

/** Fields of an answer: all of one, or parts of it. Items of a list are treated alike. */
export interface Picked {
  readonly [field: string]: true | Picked;
}

/** One part of the bundle, which one operation answers. */
export interface Section {
  readonly title: string;
  /** In words, for the person who decides. */
  readonly contents: string;
  readonly operation: OperationName;
  readonly input?: Fields;
  readonly fields: Picked;
}

const HOLDS: Picked = { held: true, holds: { since: true, until: true, scope: true } };

/** The parts in their order. */
export const SECTIONS: readonly Section[] = [
  {
    title: 'release',
    contents: 'release of the server, role of this key',
    operation: 'identity.whoami',
    fields: { server_version: true, contract_level: true, role: true },
  },
  {
    title: 'settings',
    contents: 'settings that are not their defaults: names and sources; numbers and switches',
    operation: 'settings.get',
    fields: { settings: { setting: true, value: true, source: true } },
  },
  {
    title: 'fleet',
    contents: 'numbers of nodes, VMs, groups, incidents, operations, drift and alerts; capacity',
    operation: 'fleet.summary',
    fields: {
      at: true,
      nodes: { total: true, by_status: true },
      vms: true,
      groups: true,
      incidents: true,
      operations: true,
      drift: true,
      alerts: true,
      capacity: true,
      failover: true,
      engine: { held: true, policies: true, platform: { servers: true, bus: true } },
    },
  },
  {
    title: 'nodes',
    contents: 'nodes by id: status, conditions, size, hypervisor, release of the agent',
    operation: 'node.list',
    fields: {
      items: {
        id: true,
        status: true,
        conditions: { type: true, since: true },
        cpu_cores: true,
        memory_gb: true,
        driver: true,
        hypervisor: true,
        agent_version: true,
        last_seen_at: true,
      },
    },
  },
  {
    title: 'reconcilers',
    contents: 'background work: when it ran, how long, how often it failed in a row',
    operation: 'reconciler.list',
    fields: {
      items: {
        name: true,
        state: true,
        rounds: true,
        failures_in_a_row: true,
        last_started_at: true,
        last_duration_ms: true,
        next_at: true,
      },
    },
  },
  {
    title: 'operations',
    contents: 'the latest operations by id: kind, status, times, code of the error',
    operation: 'operation.list',
    fields: {
      items: {
        id: true,
        kind: true,
        status: true,
        created_at: true,
        ended_at: true,
        updated_at: true,
        error: { code: true },
      },
    },
  },
  {
    title: 'incidents',
    contents: 'the latest incidents by id: kind, severity, status, times',
    operation: 'incident.list',
    fields: {
      items: {
        id: true,
        kind: true,
        severity: true,
        status: true,
        opened_at: true,
        resolved_at: true,
      },
    },
  },
  {
    title: 'healing',
    contents: 'holds and success of healing',
    operation: 'healing.status',
    fields: { ...HOLDS, incidents: true, last_30_days: true },
  },
  {
    title: 'automation',
    contents: 'holds of automation, numbers of executions',
    operation: 'automation.status',
    fields: { ...HOLDS, executions: true },
  },
  {
    title: 'sealing_keys',
    contents: 'ids and states of sealing keys',
    operation: 'sealing_key.list',
    fields: { items: { id: true, state: true, presence: true, registered_at: true } },
  },
  {
    title: 'control_plane',
    contents: 'number and begin of the term of the control plane',
    operation: 'control_plane.get',
    fields: { number: true, begun_at: true },
  },
];

/** Takes the listed fields out of an answer. */
export function pick(value: unknown, picked: true | Picked): unknown {
  if (picked === true) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, picked));
  if (typeof value !== 'object' || value === null) return undefined;
  const fields: Fields = { ...value };
  const entries = Object.entries(picked).flatMap(([name, part]) => {
    const taken = Object.hasOwn(fields, name) ? pick(fields[name], part) : undefined;
    return taken === undefined ? [] : [[name, taken] as const];
  });
  return Object.fromEntries(entries);
}
