/** The writes that may be previewed, and what decides them. */

import { prepareVmGroupCreate, prepareVmGroupDelete } from './groups/prepare-vm-group.ts';
import { prepareVmGroupUpdate } from './groups/prepare-vm-group-change.ts';
import type { PrepareByOperation } from './preview-admission.ts';
import {
  prepareNetworkCreate,
  prepareNetworkDelete,
  prepareNetworkUpdate,
} from './resources/prepare-network.ts';
import {
  preparePolicyCreate,
  preparePolicyDelete,
  preparePolicyUpdate,
} from './resources/prepare-policy.ts';
import {
  prepareSecurityGroupCreate,
  prepareSecurityGroupDelete,
} from './resources/prepare-security-group.ts';
import { prepareSecurityGroupUpdate } from './resources/prepare-security-group-update.ts';
import { prepareSnapshotDelete, prepareSnapshotUpdate } from './resources/prepare-snapshot.ts';
import { prepareSnapshotCreate } from './resources/prepare-snapshot-create.ts';
import {
  prepareTemplateCreate,
  prepareTemplateDelete,
  prepareTemplateUpdate,
} from './resources/prepare-template.ts';
import { prepareVmCreate } from './resources/prepare-vm-create.ts';
import { prepareVmDelete } from './resources/prepare-vm-delete.ts';
import { prepareVmUpdate } from './resources/prepare-vm-update.ts';
import {
  prepareVolumeCreate,
  prepareVolumeDelete,
  prepareVolumeUpdate,
} from './resources/prepare-volume.ts';

/** Nobody runs the operations of members that are only previewed. */
const NO_INSTANCE = '';

/** What decides each write that may be previewed and that policies may ask for. */
export const PREPARE_RESOURCES: Omit<
  PrepareByOperation,
  'orchestration_policy.create' | 'orchestration_policy.update' | 'orchestration_policy.delete'
> = {
  'vm.create': prepareVmCreate,
  'vm.update': prepareVmUpdate,
  'vm.delete': prepareVmDelete,
  'vm_group.create': prepareVmGroupCreate(NO_INSTANCE),
  'vm_group.update': prepareVmGroupUpdate(NO_INSTANCE),
  'vm_group.delete': prepareVmGroupDelete,
  'network.create': prepareNetworkCreate,
  'network.update': prepareNetworkUpdate,
  'network.delete': prepareNetworkDelete,
  'security_group.create': prepareSecurityGroupCreate,
  'security_group.update': prepareSecurityGroupUpdate,
  'security_group.delete': prepareSecurityGroupDelete,
  'template.create': prepareTemplateCreate,
  'template.update': prepareTemplateUpdate,
  'template.delete': prepareTemplateDelete,
  'volume.create': prepareVolumeCreate,
  'volume.update': prepareVolumeUpdate,
  'volume.delete': prepareVolumeDelete,
  'snapshot.create': prepareSnapshotCreate,
  'snapshot.update': prepareSnapshotUpdate,
  'snapshot.delete': prepareSnapshotDelete,
  'policy.create': preparePolicyCreate,
  'policy.update': preparePolicyUpdate,
  'policy.delete': preparePolicyDelete,
};
