/** The writes that may be previewed, and what decides them. */

import type { PrepareByOperation } from '../capabilities/admission-preview/preview-admission.ts';
import {
  prepareNetworkCreate,
  prepareNetworkDelete,
  prepareNetworkUpdate,
} from '../resources/network/prepare-network.ts';
import {
  preparePolicyCreate,
  preparePolicyDelete,
  preparePolicyUpdate,
} from '../resources/policy/prepare-policy.ts';
import {
  prepareSecurityGroupCreate,
  prepareSecurityGroupDelete,
} from '../resources/security-group/prepare-security-group.ts';
import { prepareSecurityGroupUpdate } from '../resources/security-group/prepare-security-group-update.ts';
import {
  prepareSnapshotDelete,
  prepareSnapshotUpdate,
} from '../resources/snapshot/prepare-snapshot.ts';
import { prepareSnapshotCreate } from '../resources/snapshot/prepare-snapshot-create.ts';
import {
  prepareTemplateCreate,
  prepareTemplateDelete,
  prepareTemplateUpdate,
} from '../resources/template/prepare-template.ts';
import { prepareVmCreate } from '../resources/vm/create/prepare-vm-create.ts';
import { prepareVmDelete } from '../resources/vm/delete/prepare-vm-delete.ts';
import { prepareVmUpdate } from '../resources/vm/update/prepare-vm-update.ts';
import {
  prepareVmGroupCreate,
  prepareVmGroupDelete,
} from '../resources/vm-group/prepare-vm-group.ts';
import { prepareVmGroupUpdate } from '../resources/vm-group/prepare-vm-group-change.ts';
import {
  prepareVolumeCreate,
  prepareVolumeDelete,
  prepareVolumeUpdate,
} from '../resources/volume/prepare-volume.ts';

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
