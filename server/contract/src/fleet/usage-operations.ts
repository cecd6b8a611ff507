/** The rows of the operations table about what was measured. */
import { z } from 'zod';
import { NodeId, VmId } from '../ids.ts';
import { look } from '../operation/operation-shapes.ts';
import { Usage } from './usage.ts';

/** The rows by name. */
export const usageOperations = {
  'vm.usage': {
    ...look,
    summary: 'Shows the latest measured usage of a VM beside its allocation.',
    rest: { method: 'GET', path: '/vms/{id}/usage', status: 200 },
    input: z.strictObject({ id: VmId }),
    output: Usage,
    problems: ['not-found'],
  },
  'node.usage': {
    ...look,
    scope: 'platform',
    summary: 'Shows the latest measured usage of a node beside its allocated amounts.',
    rest: { method: 'GET', path: '/nodes/{id}/usage', status: 200 },
    input: z.strictObject({ id: NodeId }),
    output: Usage,
    problems: ['not-found'],
  },
} as const;
