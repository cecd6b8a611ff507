import { PreviewableOperation } from '@novacron/contract/admission/admission';

const KINDS_WITHOUT = ['vm_group', 'orchestration_policy'];

/**
 * The operations that a `custom` action can name: those that change one resource. Groups use
 * `scale`: their members are started with them, by the server that admits.
 */
export const CUSTOM_OPERATIONS = [
  ...PreviewableOperation.options.filter(
    (name) => !KINDS_WITHOUT.some((kind) => name.startsWith(`${kind}.`)),
  ),
  'vm.start',
  'vm.stop',
  'vm.migrate',
] as const;
