import type { Size } from './size.ts';

/** Limits of a tenant; what is not set is not limited. */
export interface TenantQuotas {
  /**
   * Number of VMs.
   * @default - no limit
   */
  readonly vms?: number;
  /**
   * CPU cores of VMs.
   * @default - no limit
   */
  readonly cpuCores?: number;
  /**
   * Memory of VMs.
   * @default - no limit
   */
  readonly memory?: Size;
  /**
   * Root disks of VMs, without volumes.
   * @default - no limit
   */
  readonly disk?: Size;
  /**
   * Number of networks.
   * @default - no limit
   */
  readonly networks?: number;
  /**
   * Number of security groups.
   * @default - no limit
   */
  readonly securityGroups?: number;
  /**
   * Number of volumes.
   * @default - no limit
   */
  readonly volumes?: number;
  /**
   * Total size of volumes and snapshots.
   * @default - no limit
   */
  readonly volumeStorage?: Size;
  /**
   * Number of snapshots of volumes.
   * @default - no limit
   */
  readonly snapshots?: number;
  /**
   * Number of templates.
   * @default - no limit
   */
  readonly templates?: number;
  /**
   * Images uploaded for templates and volumes.
   * @default - no limit
   */
  readonly imageStorage?: Size;
  /**
   * States of Terraform with all of their versions.
   * @default - no limit
   */
  readonly terraformStates?: Size;
  /**
   * Number of SSH keys.
   * @default - no limit
   */
  readonly sshKeys?: number;
  /**
   * Number of policies.
   * @default - no limit
   */
  readonly policies?: number;
  /**
   * Number of API keys.
   * @default - no limit
   */
  readonly apiKeys?: number;
  /**
   * Number of roles.
   * @default - no limit
   */
  readonly roles?: number;
  /**
   * Number of secrets.
   * @default - no limit
   */
  readonly secrets?: number;
  /**
   * Number of notification channels.
   * @default - no limit
   */
  readonly notificationChannels?: number;
  /**
   * Number of series of metrics that the tenant writes.
   * @default - no limit
   */
  readonly metricSeries?: number;
}

/** Features of a tenant. */
export interface TenantFeatures {
  /**
   * Send redacted incidents to a model that drafts runbooks.
   * @default false
   */
  readonly aiDrafts?: boolean;

  /**
   * Create API keys.
   * @default true
   */
  readonly apiKeys?: boolean;
  /**
   * Have a trained model scale VM groups and move their members.
   * @default false
   */
  readonly autonomy?: boolean;
  /**
   * Create and change roles.
   * @default true
   */
  readonly customRoles?: boolean;
  /**
   * Watch events over WebSocket and GraphQL.
   * @default true
   */
  readonly eventStreams?: boolean;
  /**
   * Query over GraphQL.
   * @default true
   */
  readonly graphql?: boolean;
  /**
   * Move VMs to other nodes.
   * @default true
   */
  readonly migration?: boolean;
  /**
   * Create and change notification channels.
   * @default true
   */
  readonly notifications?: boolean;
  /**
   * Create and change policies.
   * @default true
   */
  readonly policyAuthoring?: boolean;
  /**
   * Create and change secrets.
   * @default true
   */
  readonly secrets?: boolean;
  /**
   * Issue short-lived tokens.
   * @default true
   */
  readonly tokens?: boolean;
  /**
   * Create policies without the signature of their author.
   * @default true
   */
  readonly unsignedPolicies?: boolean;
  /**
   * Store and run workflows without the signature of their author.
   * @default true
   */
  readonly unsignedWorkflows?: boolean;
  /**
   * Store and run workflows and runbooks.
   * @default true
   */
  readonly workflows?: boolean;
}

/** Renders the L1 attribute; undefined without quotas. */
export function renderTenantQuotas(quotas: TenantQuotas | undefined) {
  if (quotas === undefined) return undefined;
  const { memory, disk, volumeStorage, imageStorage, terraformStates, ...counts } = quotas;
  return byServerName<number>({
    ...counts,
    memoryGb: memory?.toGibibytes(),
    diskGb: disk?.toGibibytes(),
    volumeGb: volumeStorage?.toGibibytes(),
    imageGb: imageStorage?.toGibibytes(),
    terraformStateGb: terraformStates?.toGibibytes(),
  });
}

/** Renders the L1 attribute; undefined without features. */
export function renderTenantFeatures(features: TenantFeatures | undefined) {
  return features === undefined ? undefined : byServerName<boolean>({ ...features });
}

/** A map by the names that the server has: `cpu_cores` for `cpuCores`. */
function byServerName<Value>(
  props: Readonly<Record<string, Value | undefined>>,
): Record<string, Value> {
  const named = Object.entries(props).flatMap(([name, value]): [string, Value][] =>
    value === undefined
      ? []
      : [[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]],
  );
  return Object.fromEntries(named);
}
