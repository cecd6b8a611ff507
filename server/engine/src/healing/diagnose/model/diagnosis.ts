/** Types of a diagnosis: the evidence of an incident, and the causes that it speaks for. */
import type { IncidentCause } from '../../incidents/model/incident.ts';

/** Possible cause of an incident. */
export type CauseKind =
  | 'servers_cut_off'
  | 'shared_infrastructure'
  | 'host_failed'
  | 'host_unreachable'
  | 'node_work'
  | 'node_storage_lost'
  | 'removed_outside'
  | 'guest_kernel'
  | 'guest_memory'
  | 'guest_shutdown'
  | 'disk_error'
  | 'hypervisor_process'
  | 'host_memory'
  | 'recent_change'
  | 'template_image';

/**
 * Likelihood ratio of a piece of evidence with the cause to without it, on Jeffreys' scale.
 * `against`: it is less likely with the cause.
 */
export type Weight = 'against' | 'substantial' | 'strong' | 'very_strong' | 'decisive';

/** A piece of evidence that a rule has found for a cause, or against it. */
export interface Finding {
  readonly cause: CauseKind;
  readonly weight: Weight;
  /** One sentence for people. */
  readonly text: string;
  /** Time of the event; null if it is current. Unit: ms since the Unix epoch. */
  readonly atMs: number | null;
}

/** A node of the incident. */
export interface SuspectNode {
  readonly name: string;
  readonly zone: string;
  readonly rack: string;
  /** `silent`: it is lost, and is not known to be off; `dead`: known to be off. */
  readonly state: 'answers' | 'silent' | 'dead' | 'idle';
  /** Readings by other nodes of its heartbeat in the shared storage; null if there are none. */
  readonly poolHeartbeat: {
    readonly state: 'moves' | 'stopped' | 'unknown';
    readonly by: readonly string[];
    readonly guests: number | null;
    readonly atMs: number;
  } | null;
  /** Evidence that it is off; null if there is none. */
  readonly fence: 'confirmed' | 'power' | null;
  /** Reason given by the person who confirmed it; null or absent if none. */
  readonly fenceReason?: string | null;
  /** Measured use of memory, 0 to 1; null: not measured. */
  readonly memoryUsedRatio: number | null;
  /** Free share of its storage, 0 to 1; null: not known. */
  readonly storageFreeRatio: number | null;
  /** Number of VMs there, those of other tenants included. */
  readonly vmCount: number;
  /** Whether no text says how many VMs of others are there, or who has read something. */
  readonly othersHidden?: boolean;
}

/** A stop of a VM without a request. */
export interface Stop {
  readonly atMs: number;
  /** Reason reported by its node: `panic`, `crash`, `io_error`, `guest`, `guest_reset`, `host`. */
  readonly reason: string;
  readonly node: string;
}

/** A VM of the incident. */
export interface AffectedVm {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  /** Oldest first. */
  readonly stops: readonly Stop[];
  /** Share of its memory that the guest could still use, 0 to 1; null: not measured. */
  readonly memoryAvailableRatio: number | null;
  /** Observed state of its unresponsive hypervisor process; absent: it answers. */
  readonly hung?: string;
  /** The last lines of its console, without control characters, oldest first. */
  readonly console: readonly string[];
}

/** A change that was done before the incident began. */
export interface RecentChange {
  readonly atMs: number;
  readonly operation: string;
  readonly by: string;
  /** `outside`: at the guest or the hypervisor, without a request. */
  readonly actor: 'person' | 'automation' | 'outside';
  readonly subject: 'vm' | 'template' | 'network' | 'security_group' | 'volume' | 'node';
  readonly name: string;
  /** Names of the fields that changed. */
  readonly fields: readonly string[];
}

/** A disk that something used while it was not to be in use any more. */
export interface DiskLock {
  /** Name of the VM whose disk it is. */
  readonly vm: string;
  /** Name of the node on which it ran before. */
  readonly node: string;
  /** Time a start found it in use. Unit: ms since the Unix epoch. */
  readonly atMs: number;
}

/** The evidence, of one tenant and of the nodes that its VMs are on. */
export interface DiagnosisInput {
  /** Null: a cause of a later release, about which nothing is known. */
  readonly incident: { readonly cause: IncidentCause | null; readonly startedAtMs: number };
  readonly fleet: {
    readonly nodes: number;
    readonly silent: number;
    /** Nodes that are known to be off; none when absent. */
    readonly dead?: number;
  };
  readonly nodes: readonly SuspectNode[];
  readonly vms: readonly AffectedVm[];
  readonly changes: readonly RecentChange[];
  /** Found since it began, the latest of each VM; none when absent. */
  readonly locks?: readonly DiskLock[];
}

/** A cause with the evidence for and against it. */
export interface RankedCause {
  readonly cause: CauseKind;
  /** Probability of the cause given the evidence, above 0 and below 1. */
  readonly confidence: number;
  /** The most telling first. */
  readonly findings: readonly Finding[];
}

/** The causes of an incident. */
export interface Diagnosis {
  /** The most likely first; only those that some evidence speaks for. */
  readonly causes: readonly RankedCause[];
  /** Probability that it is something else, above 0 and at most 1. */
  readonly unexplained: number;
}

/** Finds evidence. Pure. */
export type Rule = (input: DiagnosisInput) => readonly Finding[];
