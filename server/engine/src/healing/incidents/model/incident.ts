/** Types of incidents: what is wrong, and what people are shown of it. */
import type { NodeConditionKind } from '@novacron/contract/fleet/node-condition';
import type { IncidentTargetKind } from '@novacron/contract/healing/incident';

/** Cause of an incident. */
export type IncidentCause =
  | 'fleet_lost'
  | 'zone_lost'
  | 'node_lost'
  | 'management_lost'
  | 'machine_missing'
  | 'crash_loop'
  | 'unhealthy'
  | 'maintenance_overdue'
  | 'agent_unresponsive'
  | 'standby_missing'
  | 'unknown_machine'
  | 'second_copy'
  | NodeConditionKind;

/** A node of the fleet. */
export interface WatchedNode {
  readonly name: string;
  readonly zone: string;
  /**
   * `silent`: it is lost, and is not known to be off; `cut_off`: it is lost, and other nodes know
   * that it is alive; `dead`: known to be off; `idle`: out of service, which is silent; `overdue`:
   * in maintenance for longer than planned; `unresponsive`: it is alive, and its agent has not
   * responded for long.
   */
  readonly state: 'answers' | 'silent' | 'cut_off' | 'dead' | 'idle' | 'overdue' | 'unresponsive';
  /**
   * The only node that knows that it is alive, where no other one has said so for long; absent
   * otherwise. It may be wrong.
   */
  readonly loneWitness?: string;
  /** Signs that it is about to fail, the worst first; none when absent. */
  readonly conditions?: readonly {
    readonly kind: NodeConditionKind;
    readonly evidence: string;
  }[];
}

/** A VM that should run and does not, as far as is known. */
export interface DownVm {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  /** Name of its node. */
  readonly node: string;
  /** `disk_full`: its guest waits for room on a disk of its node. */
  readonly fault: 'node' | 'machine_missing' | 'disk_full' | 'crash_loop' | 'unhealthy';
  /** Name of its VM group; null if it is in none. */
  readonly group: string | null;
  /** Time at which it was first observed down; absent: long ago. Unit: ms since the Unix epoch. */
  readonly sinceMs?: number;
  /** Attributes shared with other VMs of its tenant; none if absent. */
  readonly shares?: readonly Shared[];
  /** Its hypervisor process answers nothing: no health check has found it; absent: it answers. */
  readonly hung?: true;
}

/** Attribute shared by VMs that may explain their failure. */
export interface Shared {
  /** `change`: the same change of the VMs by the same actor, a short time before. */
  readonly kind: 'change' | 'node' | 'storage' | 'template' | 'security_group' | 'network';
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Number of the tenant's VMs that share it, including healthy VMs. */
  readonly vmCount: number;
}

/** A VM that runs without the standby that it asks for. */
export interface UnprotectedVm extends Pick<DownVm, 'id' | 'name' | 'tenantId' | 'node'> {
  /** Clause that explains why no node has room for it. */
  readonly reason: string;
}

/** An incident as it is stored: open, or resolved a short time ago. */
export interface KnownIncident {
  readonly id: string;
  readonly tenantId: string;
  readonly key: string;
  readonly cause: IncidentCause;
  readonly target: string;
  readonly targetKind: IncidentTargetKind;
  /** Names of its nodes. */
  readonly nodes: readonly string[];
  /** Ids of the VMs of its tenant that are down. */
  readonly down: readonly string[];
  /** Number of VMs that are down, those of other tenants included for the platform. */
  readonly vmCount: number;
  /** Number of VMs that were down at any time, which its summary counts. */
  readonly affected: number;
  readonly severity: Severity;
  /** Summary of the incident for users: a sentence. */
  readonly summary: string;
  /** A person has acknowledged it; absent: not. */
  readonly acknowledged?: true;
  /** Null: open. Unit: ms since the Unix epoch. */
  readonly resolvedAtMs: number | null;
}

/** Severity of an incident: `critical` if VMs are down, or one ran twice. */
export type Severity = 'critical' | 'warning';

/** Everything that a round knows. */
export interface IncidentInput {
  /** Runs the fleet. */
  readonly platformTenantId: string;
  readonly nodes: readonly WatchedNode[];
  readonly vms: readonly DownVm[];
  /** VMs whose standby no node can hold; none when absent. */
  readonly unprotected?: readonly UnprotectedVm[];
  /**
   * VMs found on nodes but unknown to the store, a phrase for each, by inspected node; none if
   * absent.
   */
  readonly strangers?: ReadonlyMap<string, readonly string[]>;
  readonly known: readonly KnownIncident[];
  /**
   * Ids of open incidents of VM groups whose replaced members do not serve yet; none when absent.
   */
  readonly replacing?: ReadonlySet<string>;
}

/** Incident of one tenant with one cause. */
export interface Failure {
  readonly tenantId: string;
  readonly key: string;
  readonly cause: IncidentCause;
  /** Subject of the cause: the name of a node, a zone, a VM group, a VM or a shared attribute. */
  readonly target: string;
  readonly targetKind: IncidentTargetKind;
  /** Sorted. */
  readonly nodes: readonly string[];
  /** VMs of the tenant, by name. */
  readonly vms: readonly DownVm[];
  /** Number of VMs that are down, those of other tenants included for the platform. */
  readonly vmCount: number;
  readonly severity: Severity;
  /** Its node answers again, and VMs that were down with it are not up yet; absent: it does not. */
  readonly isBack?: true;
  /**
   * Host readings of a node that is about to fail, claims of a single node, the reason for a
   * missing standby, or facts about a second copy.
   */
  readonly evidence?: readonly string[];
}

/** Changes to incidents. */
export interface IncidentPlan {
  readonly open: readonly Failure[];
  /** Incidents whose nodes, VMs or severity are others now, those that are reopened among them. */
  readonly change: readonly {
    readonly incident: KnownIncident;
    readonly failure: Failure;
    readonly reopened: boolean;
  }[];
  readonly resolve: readonly {
    readonly incident: KnownIncident;
    /** The key of the incident that its nodes belong to now; null: it is over. */
    readonly mergedInto: string | null;
  }[];
}
