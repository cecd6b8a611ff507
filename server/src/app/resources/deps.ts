import type { FenceDevices } from '../../ports/fence-devices.ts';
import type { ImageStore } from '../../ports/image-store.ts';
import type { SnapshotExports } from '../../ports/snapshot-exports.ts';
import type { PlacementDeps } from '../placement/deps.ts';
import type { PolicySettings } from '../policy/deps.ts';
import type { NetworkRules } from './network-rules.ts';

/** A host that the operator allows. */
export interface EgressHost {
  /** Whose requests may go there; undefined: everyone's. */
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
  /** How often VMs are checked, in milliseconds; undefined for the default of each check. */
  readonly healthCheckIntervalMs: number | undefined;
  /** How many nodes may be lost at once with room left for their VMs; 0 keeps no room. */
  readonly failoverNodes: number;
  /** How many VMs may leave nodes that are about to fail at once; 0: none does. */
  readonly proactiveMoves: number;
  /** Which blocks new networks may have. */
  readonly networks: NetworkRules;
}

/** What creating, changing and deleting resources needs besides placement. */
export interface ResourceDeps extends PlacementDeps {
  readonly settings: ResourceSettings;
  /** Power switches of nodes; undefined where none is configured. */
  readonly fenceDevices: FenceDevices | undefined;
  /** Uploaded images; undefined where none are taken. */
  readonly images: ImageStore | undefined;
  /** Exported snapshots; undefined where none are taken. */
  readonly exports: SnapshotExports | undefined;
}
