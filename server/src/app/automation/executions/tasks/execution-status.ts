/** Computes the status of an execution. */
import type { ExecutionStatus } from '@novacron/contract/automation/execution';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { stepStatesOf } from '@novacron/engine/sagas/rules/step-states';
import type { Tables } from '../../../../ports/tables/tables.ts';
import type { OperationDefinition } from '../../../kernel/definitions/operation-definition.ts';

/** Says how an execution goes: its operation does not tell apart all of its ends. */
export function executionStatusOf(
  { status }: Pick<Tables['operations'], 'status'>,
  { steps }: Pick<OperationDefinition, 'steps'>,
  log: readonly LogEntry[],
): ExecutionStatus {
  const states = [...stepStatesOf(steps, log).values()];
  const failures = states.filter(({ forward }) => forward.kind === 'failed');
  switch (status) {
    case 'succeeded':
      return failures.length === 0 ? 'succeeded' : 'succeeded_with_failures';
    case 'failed': {
      const isCancelled = log.some(({ kind }) => kind === 'turned-back');
      const isLeft = states.every(({ backward }) => backward.kind === 'untouched');
      const isStopped = isLeft && failures.some(({ whenFailed }) => whenFailed === 'stop');
      return isCancelled || isStopped ? 'stopped' : 'failed';
    }
    case 'stuck':
      return 'stuck';
    case 'undoing':
      return 'taking_back';
    default:
      return 'running';
  }
}
