/** The data sources of the provider. */
import {
  NetworkId,
  NodeId,
  OrchestrationPolicyId,
  PolicyId,
  SecurityGroupId,
  SnapshotId,
  TemplateId,
  VmGroupId,
  VmId,
  VolumeId,
} from '@novacron/contract/ids';
import { NETWORK_FIELDS } from '@novacron/contract/kinds/network/network';
import { ORCHESTRATION_POLICY_FIELDS } from '@novacron/contract/kinds/orchestration-policy/fields';
import { POLICY_FIELDS } from '@novacron/contract/kinds/policy/policy';
import { SECURITY_GROUP_FIELDS } from '@novacron/contract/kinds/security-group/security-group';
import { SNAPSHOT_FIELDS } from '@novacron/contract/kinds/snapshot/snapshot';
import { TEMPLATE_FIELDS } from '@novacron/contract/kinds/template/template';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { VM_GROUP_FIELDS } from '@novacron/contract/kinds/vm-group/vm-group';
import { VOLUME_FIELDS } from '@novacron/contract/kinds/volume/volume';
import { deriveAttributes } from '../fields/derive-attributes.ts';
import type { LookupInfo } from './define-data-source.ts';
import { NODE_ATTRIBUTES, toNodeValue } from './node-attributes.ts';

const { name: _vmName, ...vmFields } = VM_FIELDS;
const { name: _snapshotName, ...snapshotFields } = SNAPSHOT_FIELDS;
const { name: _networkName, ...networkFields } = NETWORK_FIELDS;
const { name: _groupName, ...securityGroupFields } = SECURITY_GROUP_FIELDS;
const { name: _templateName, ...templateFields } = TEMPLATE_FIELDS;
const { name: _vmGroupName, ...vmGroupFields } = VM_GROUP_FIELDS;
const { name: _volumeName, ...volumeFields } = VOLUME_FIELDS;
const { name: _policyName, ...policyFields } = POLICY_FIELDS;
const {
  name: _steeringName,
  policy: _policy,
  ...orchestrationFields
} = ORCHESTRATION_POLICY_FIELDS;

/** Every data source by its Terraform type. */
export const LOOKUPS_BY_TYPE = {
  novacron_vm: {
    kind: 'vm',
    idSchema: VmId,
    description: 'An existing VM.',
    attributes: deriveAttributes(vmFields, 'data-source'),
  },
  novacron_vm_group: {
    kind: 'vm_group',
    idSchema: VmGroupId,
    description: 'An existing VM group.',
    attributes: deriveAttributes(vmGroupFields, 'data-source'),
  },
  novacron_network: {
    kind: 'network',
    idSchema: NetworkId,
    description: 'An existing network.',
    attributes: deriveAttributes(networkFields, 'data-source'),
  },
  novacron_security_group: {
    kind: 'security_group',
    idSchema: SecurityGroupId,
    description: 'An existing security group.',
    attributes: deriveAttributes(securityGroupFields, 'data-source'),
  },
  novacron_storage: {
    kind: 'volume',
    idSchema: VolumeId,
    description: 'An existing volume.',
    attributes: deriveAttributes(volumeFields, 'data-source'),
  },
  novacron_node: {
    kind: 'node',
    idSchema: NodeId,
    description: 'A hypervisor node.',
    attributes: NODE_ATTRIBUTES,
    toValue: toNodeValue,
  },
  novacron_snapshot: {
    kind: 'snapshot',
    idSchema: SnapshotId,
    description: 'An existing snapshot of a volume.',
    attributes: deriveAttributes(snapshotFields, 'data-source'),
  },
  novacron_template: {
    kind: 'template',
    idSchema: TemplateId,
    description: 'A template: an image that VMs boot from, one of the tenant or a built-in one.',
    attributes: deriveAttributes(templateFields, 'data-source'),
  },
  novacron_policy: {
    kind: 'policy',
    idSchema: PolicyId,
    description: 'An existing policy in Rego, with its rule.',
    attributes: deriveAttributes(policyFields, 'data-source'),
  },
  novacron_orchestration_policy: {
    kind: 'orchestration_policy',
    idSchema: OrchestrationPolicyId,
    description: 'An existing orchestration policy.',
    attributes: deriveAttributes(orchestrationFields, 'data-source'),
  },
} as const satisfies Readonly<Record<string, LookupInfo>>;
