import type { JsonObject } from '@novacron/contract/json';
import type { FenceDevices } from '../../ports/fence-devices.ts';
import type { ImageStore } from '../../ports/image-store.ts';
import type { SnapshotExports } from '../../ports/snapshot-exports.ts';
import type { PlacementDeps } from '../placement/deps.ts';
import type { PolicySettings } from '../policy/deps.ts';
import type { NetworkRules } from './network-rules.ts';

/** A host that the operator allows. */
export interface EgressHost {
  /** Tenant whose requests may go to this host; undefined: all tenants. */
  readonly tenantId: string | undefined;
  /** `HOST`, or `HOST:PORT`. */
  readonly host: string;
}

/** The settings of resources. */
export interface ResourceSettings extends PolicySettings {
  /** Hosts that webhooks may be sent to: `HOST`, or `HOST:PORT`. */
  readonly webhookHosts: readonly string[];
  /** Hosts that steps of workflows and notifications may be sent to. */
  readonly egressHosts: readonly EgressHost[];
  /**
   * Interval between health checks of VMs, in milliseconds; undefined for the default of each
   * check.
   */
  readonly healthCheckIntervalMs: number | undefined;
  /** Number of simultaneous node failures for which capacity is reserved; 0 reserves none. */
  readonly failoverNodes: number;
  /** Maximum number of VMs that may leave failing nodes at once; 0 disables such moves. */
  readonly proactiveMoves: number;
  /** Whether models are trained for recommendations. */
  readonly learningEnabled: boolean;
  /** Whether recommended sizes of VMs are applied automatically. */
  readonly autoApplyEnabled: boolean;
  /** Confidence from which they are. Unit: ratio. */
  readonly confidenceThreshold: number;
  /** Address blocks permitted for new networks. */
  readonly networks: NetworkRules;
}

/** The drift of a member of a VM group. */
export interface MemberDrift {
  /** The fields that restore it, none where any change does; undefined if only a new VM would. */
  readonly restored: JsonObject | undefined;
  /** The fields that only a new VM would have restored. */
  readonly kept: readonly string[];
}

/** Finds the drift of members of VM groups, by the ids of their VMs. */
export type FindMemberDrift = (of: {
  readonly tenantId: string;
  readonly ids: readonly string[];
}) => Promise<ReadonlyMap<string, MemberDrift>>;

/** Dependencies for creating, changing and deleting resources, besides placement. */
export interface ResourceDeps extends PlacementDeps {
  readonly settings: ResourceSettings;
  /** Power switches of nodes; undefined where none is configured. */
  readonly fenceDevices: FenceDevices | undefined;
  /** Uploaded images; undefined where none are taken. */
  readonly images: ImageStore | undefined;
  /** Exported snapshots; undefined where none are taken. */
  readonly exports: SnapshotExports | undefined;
  readonly findMemberDrift: FindMemberDrift;
  /** What decides the sizes of VM groups besides their rules; undefined where nothing does. */
  readonly decisionModel: object | undefined;
}
