import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { CUSTOM_OPERATIONS } from './custom-operations.ts';

/**
 * The operations that an action starts; its author and its tenant must be allowed to call them. A
 * restart stops the VM first. None for an action that only informs, or that steers placement.
 */
export function operationsOfAction({
  type,
  parameters,
}: OrchestrationAction): readonly OperationName[] {
  switch (type) {
    case 'scale':
      return ['vm_group.scale'];
    case 'migrate':
      return ['vm.migrate'];
    case 'restart':
      return ['vm.stop', 'vm.start'];
    case 'custom':
      return CUSTOM_OPERATIONS.filter((name) => name === parameters.operation);
    default:
      return [];
  }
}
