/** Every write that leads to an operation, with what prepares it. */

import { prepareWorkflowRun } from '../automation/executions/prepare-workflow-run.ts';
import { prepareNodeActivate } from '../fleet/optimizer/activate-node.ts';
import { prepareNodeDrain } from '../fleet/optimizer/improve-fleet.ts';
import { preparePowerDown, preparePowerUp } from '../fleet/optimizer/power-node.ts';
import { prepareNodeReconnect } from '../healing/fencing/prepare-node-reconnect.ts';
import type { WriteRegistry } from '../platform/deps.ts';
import {
  prepareApplicationCreate,
  prepareApplicationDelete,
  prepareApplicationUpdate,
} from '../resources/gitops-application/prepare-application.ts';
import { prepareApplicationRecord } from '../resources/gitops-application/prepare-record.ts';
import {
  prepareNetworkCreate,
  prepareNetworkDelete,
  prepareNetworkUpdate,
} from '../resources/network/prepare-network.ts';
import { prepareConfirmDead } from '../resources/node/confirm-dead.ts';
import { prepareNodeCutOff } from '../resources/node/prepare-node-cut-off.ts';
import { prepareNodeDelete } from '../resources/node/prepare-node-delete.ts';
import { prepareNodeFence } from '../resources/node/prepare-node-fence.ts';
import {
  prepareOrchestrationPolicyCreate,
  prepareOrchestrationPolicyDelete,
  prepareOrchestrationPolicyDisable,
  prepareOrchestrationPolicyEnable,
  prepareOrchestrationPolicyUpdate,
} from '../resources/orchestration-policy/prepare-orchestration-policy.ts';
import {
  preparePolicyCreate,
  preparePolicyDelete,
  preparePolicyRollback,
  preparePolicyUpdate,
} from '../resources/policy/prepare-policy.ts';
import {
  prepareReservationCreate,
  prepareReservationDelete,
} from '../resources/reservation/prepare-reservation.ts';
import {
  prepareSecurityGroupCreate,
  prepareSecurityGroupDelete,
} from '../resources/security-group/prepare-security-group.ts';
import { prepareSecurityGroupUpdate } from '../resources/security-group/prepare-security-group-update.ts';
import {
  prepareSnapshotDelete,
  prepareSnapshotRestore,
  prepareSnapshotUpdate,
} from '../resources/snapshot/prepare-snapshot.ts';
import { prepareSnapshotCreate } from '../resources/snapshot/prepare-snapshot-create.ts';
import { prepareSnapshotExport } from '../resources/snapshot/prepare-snapshot-export.ts';
import {
  prepareSshKeyCreate,
  prepareSshKeyDelete,
  prepareSshKeyUpdate,
} from '../resources/ssh-key/prepare-ssh-key.ts';
import {
  prepareTemplateCreate,
  prepareTemplateDelete,
  prepareTemplateUpdate,
} from '../resources/template/prepare-template.ts';
import { prepareVmCreate } from '../resources/vm/create/prepare-vm-create.ts';
import { prepareVmDelete } from '../resources/vm/delete/prepare-vm-delete.ts';
import { keepFailoverRoom, useFailoverRoom } from '../resources/vm/failover/keep-failover-room.ts';
import { prepareMovingUpdate } from '../resources/vm/migrate/move-to-pin.ts';
import { prepareVmMigrate } from '../resources/vm/migrate/prepare-vm-migrate.ts';
import { prepareServiceRestart } from '../resources/vm/power/prepare-service-restart.ts';
import {
  prepareVmPause,
  prepareVmReset,
  prepareVmResume,
} from '../resources/vm/power/prepare-vm-halt.ts';
import {
  prepareVmReboot,
  prepareVmStart,
  prepareVmStop,
} from '../resources/vm/power/prepare-vm-power.ts';
import { prepareVmRecover } from '../resources/vm/recover/prepare-vm-recover.ts';
import { prepareMemberReplacement } from '../resources/vm-group/prepare-member-replacement.ts';
import {
  prepareVmGroupCreate,
  prepareVmGroupDelete,
} from '../resources/vm-group/prepare-vm-group.ts';
import {
  prepareVmGroupScale,
  prepareVmGroupUpdate,
} from '../resources/vm-group/prepare-vm-group-change.ts';
import { prepareVolumeDelete, prepareVolumeUpdate } from '../resources/volume/prepare-volume.ts';
import { prepareVolumeCreate } from '../resources/volume/prepare-volume-create.ts';
import { prepareVolumeImport } from '../resources/volume-import/prepare-volume-import.ts';
import { prepareWorkflowAuthorize } from '../resources/workflow/prepare-authorization.ts';
import {
  prepareWorkflowCreate,
  prepareWorkflowDelete,
  prepareWorkflowRollback,
  prepareWorkflowUpdate,
} from '../resources/workflow/prepare-workflow.ts';
import { prepareModelCreate, prepareModelTraining } from '../scaling/models/prepare-model.ts';

/** Fills the registry of writes. */
export function createWriteRegistry(): WriteRegistry {
  return {
    'vm.create': keepFailoverRoom(prepareVmCreate),
    'reservation.create': keepFailoverRoom(prepareReservationCreate),
    'reservation.delete': prepareReservationDelete,
    'vm.update': keepFailoverRoom(prepareMovingUpdate),
    'vm.delete': prepareVmDelete,
    'vm.migrate': keepFailoverRoom(prepareVmMigrate),
    'vm.recover': useFailoverRoom(prepareVmRecover),
    'vm.start': prepareVmStart,
    'vm.stop': prepareVmStop,
    'vm.reboot': prepareVmReboot,
    'vm.reset': prepareVmReset,
    'vm.restart_service': prepareServiceRestart,
    'vm.pause': prepareVmPause,
    'vm.resume': prepareVmResume,
    'vm_group.create': prepareVmGroupCreate,
    'vm_group.update': prepareVmGroupUpdate,
    'vm_group.scale': prepareVmGroupScale,
    'vm_group.replace_members': prepareMemberReplacement,
    'vm_group.delete': prepareVmGroupDelete,
    'node.activate': prepareNodeActivate,
    'node.drain': prepareNodeDrain,
    'node.confirm_dead': prepareConfirmDead,
    'node.delete': prepareNodeDelete,
    'node.fence': prepareNodeFence,
    'node.cut_off': prepareNodeCutOff,
    'node.reconnect': prepareNodeReconnect,
    'node.powerdown': preparePowerDown,
    'node.powerup': preparePowerUp,
    'network.create': prepareNetworkCreate,
    'network.update': prepareNetworkUpdate,
    'network.delete': prepareNetworkDelete,
    'security_group.create': prepareSecurityGroupCreate,
    'security_group.update': prepareSecurityGroupUpdate,
    'security_group.delete': prepareSecurityGroupDelete,
    'template.create': prepareTemplateCreate,
    'template.update': prepareTemplateUpdate,
    'template.delete': prepareTemplateDelete,
    'ssh_key.create': prepareSshKeyCreate,
    'ssh_key.update': prepareSshKeyUpdate,
    'ssh_key.delete': prepareSshKeyDelete,
    'volume.create': prepareVolumeCreate,
    'volume.import': prepareVolumeImport,
    'volume.update': prepareVolumeUpdate,
    'volume.delete': prepareVolumeDelete,
    'snapshot.create': prepareSnapshotCreate,
    'snapshot.update': prepareSnapshotUpdate,
    'snapshot.restore': prepareSnapshotRestore,
    'snapshot.export': prepareSnapshotExport,
    'snapshot.delete': prepareSnapshotDelete,
    'policy.create': preparePolicyCreate,
    'policy.update': preparePolicyUpdate,
    'policy.rollback': preparePolicyRollback,
    'policy.delete': preparePolicyDelete,
    'orchestration_policy.create': prepareOrchestrationPolicyCreate,
    'orchestration_policy.update': prepareOrchestrationPolicyUpdate,
    'orchestration_policy.enable': prepareOrchestrationPolicyEnable,
    'orchestration_policy.disable': prepareOrchestrationPolicyDisable,
    'orchestration_policy.delete': prepareOrchestrationPolicyDelete,
    'workflow.create': prepareWorkflowCreate,
    'workflow.update': prepareWorkflowUpdate,
    'workflow.rollback': prepareWorkflowRollback,
    'workflow.delete': prepareWorkflowDelete,
    'workflow.run': prepareWorkflowRun,
    'workflow.authorize': prepareWorkflowAuthorize,
    'model.create': prepareModelCreate,
    'model.train': prepareModelTraining,
    'gitops_application.create': prepareApplicationCreate,
    'gitops_application.update': prepareApplicationUpdate,
    'gitops_application.delete': prepareApplicationDelete,
    'gitops_application.record': prepareApplicationRecord,
  };
}
