/**
 * The kinds of resources: the tables that a new kind gets a line in. Its facts are in its folder;
 * what server, command line, Terraform provider and OpenAPI document list by kind is derived here.
 */
import { keysOf } from '../closed-table.ts';
import type { QuotaRow, ResourceDefinition } from '../schema/resource-definition.ts';
import type { ResourceKind } from '../schema/resource-kind.ts';
import { networkKind } from './network/network-kind.ts';
import { orchestrationPolicyKind } from './orchestration-policy/kind.ts';
import { policyKind } from './policy/policy-kind.ts';
import { securityGroupKind } from './security-group/security-group-kind.ts';
import { snapshotKind } from './snapshot/snapshot-kind.ts';
import { sshKeyKind } from './ssh-key/ssh-key-kind.ts';
import { templateKind } from './template/template-kind.ts';
import { vmKind } from './vm/vm-kind.ts';
import { vmGroupKind } from './vm-group/vm-group-kind.ts';
import { volumeKind } from './volume/volume-kind.ts';

/** The definition of every kind; kinds that others refer to come first. */
export const RESOURCE_DEFINITIONS: Readonly<Record<ResourceKind, ResourceDefinition>> = {
  network: networkKind,
  security_group: securityGroupKind,
  template: templateKind,
  ssh_key: sshKeyKind,
  vm: vmKind,
  vm_group: vmGroupKind,
  volume: volumeKind,
  snapshot: snapshotKind,
  policy: policyKind,
  orchestration_policy: orchestrationPolicyKind,
};

/** The quotas that resources count against, in the order in which they are shown. */
export const RESOURCE_QUOTAS = {
  ...vmKind.quotas,
  ...vmGroupKind.quotas,
  ...volumeKind.quotas,
  ...snapshotKind.quotas,
  ...networkKind.quotas,
  ...securityGroupKind.quotas,
  ...templateKind.quotas,
  ...sshKeyKind.quotas,
  ...policyKind.quotas,
  ...orchestrationPolicyKind.quotas,
} as const satisfies Record<string, QuotaRow>;

/** A quota that counts resources of a kind, each as one: not their sizes. */
export interface CountingQuota {
  readonly quota: keyof typeof RESOURCE_QUOTAS;
  readonly kind: ResourceKind;
}

/** The quotas that count resources, in the order in which quotas are shown. */
export const COUNTING_QUOTAS: readonly CountingQuota[] = keysOf(RESOURCE_QUOTAS).flatMap(
  (quota) => {
    const { unit }: QuotaRow = RESOURCE_QUOTAS[quota];
    const kind = keysOf(RESOURCE_DEFINITIONS).find(
      (each) => RESOURCE_DEFINITIONS[each].quotas[quota] !== undefined,
    );
    return unit !== undefined || kind === undefined ? [] : [{ quota, kind }];
  },
);
