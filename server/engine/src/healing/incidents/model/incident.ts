/** Types of incidents: what is wrong, and what people are shown of it. */
import type { NodeConditionKind } from '@novacron/contract/fleet/node-condition';
import type { IncidentTargetKind } from '@novacron/contract/healing/incident';

/** Why something is down. */
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
  readonly fault: 'node' | 'machine_missing' | 'crash_loop' | 'unhealthy';
  /** Name of its VM group; null if it is in none. */
  readonly group: string | null;
  /** When it was first seen to be down; absent: long ago. Unit: ms since the Unix epoch. */
  readonly sinceMs?: number;
  /** What it has in common with other VMs of its tenant; none when absent. */
  readonly shares?: readonly Shared[];
  /** Its hypervisor process answers nothing: no health check has found it; absent: it answers. */
  readonly hung?: true;
}

/** What VMs may have in common that makes them fail. */
export interface Shared {
  /** `change`: the same change of the VMs by the same actor, a short time before. */
  readonly kind: 'change' | 'node' | 'storage' | 'template' | 'security_group' | 'network';
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** How many VMs of the tenant have it, with those that are well. */
  readonly vmCount: number;
}

/** A VM that runs without the standby that it asks for. */
export interface UnprotectedVm extends Pick<DownVm, 'id' | 'name' | 'tenantId' | 'node'> {
  /** Why no node can hold it, in a clause. */
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
  /** What is wrong, as people are shown it: a sentence. */
  readonly summary: string;
  /** Null: open. Unit: ms since the Unix epoch. */
  readonly resolvedAtMs: number | null;
}

/** How urgent an incident is: `critical` if VMs are down. */
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
   * What nodes have of VMs that the store never knew, a phrase for each, by the names of the nodes
   * that were inspected; none when absent.
   */
  readonly strangers?: ReadonlyMap<string, readonly string[]>;
  readonly known: readonly KnownIncident[];
  /**
   * Ids of open incidents of VM groups whose replaced members do not serve yet; none when absent.
   */
  readonly replacing?: ReadonlySet<string>;
}

/** What is wrong for one tenant, with one cause. */
export interface Failure {
  readonly tenantId: string;
  readonly key: string;
  readonly cause: IncidentCause;
  /** What the cause is about: the name of a node, a zone, a VM group, a VM or what VMs share. */
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
   * What was read on the host, of a node that is about to fail; what one node alone says; or why
   * there is no standby.
   */
  readonly evidence?: readonly string[];
}

/** What changes. */
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
