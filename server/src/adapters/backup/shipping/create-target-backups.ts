/** Makes backups of this server at a target, in a thread. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { TargetBackups } from '../../../ports/backups.ts';
import { createTaskThread, programUrl } from '../../threads/create-task-thread.ts';
import { describeTarget } from '../targets/open-target-files.ts';
import type { BackupAnswer, BackupTask } from './backup-tasks.ts';
import type { BackupSource } from './save-moment.ts';

/** A whole copy of a store of some 100 GB over a slow line. Unit: ms. */
const TASK_MS_MAX = 6 * 3_600_000;

/** A round, and what admins ask for meanwhile. */
const TASKS_WAITING_MAX = 16;

type WithoutSource<Task> = Task extends unknown ? Omit<Task, 'source'> : never;

/** Makes it; its thread starts with the first use. */
export function createTargetBackups(
  source: BackupSource,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): TargetBackups {
  const thread = createTaskThread<BackupTask, BackupAnswer>(logger, {
    name: 'the thread of backups',
    program: programUrl(import.meta.url, './backup-worker.js'),
    waitingMax: TASKS_WAITING_MAX,
    busy: 'other requests for backups wait',
  });

  async function run<Kind extends BackupAnswer['kind']>(
    kind: Kind,
    task: WithoutSource<BackupTask>,
  ): Promise<Result<Extract<BackupAnswer, { readonly kind: Kind }>, Problem>> {
    const overran = 'it took too long';
    const terms = { durationMsMax: TASK_MS_MAX, overran };
    const outcome = await thread.run({ ...terms, task: { ...task, source } });
    if (outcome.kind === 'failed') return err(failed(source, outcome.why));
    const { answer } = outcome;
    assert(isOf(answer, kind), `a task of backups was answered with ${answer.kind}`);
    return ok(answer);
  }

  return {
    kind: 'target',
    save: async (extent) => {
      const saved = await run('saved', { kind: 'save', extent });
      return saved.ok ? ok(saved.value.moment) : saved;
    },
    list: async () => {
      const listed = await run('listed', { kind: 'list' });
      return listed.ok ? ok(listed.value.backups) : listed;
    },
    verify: async (id) => {
      const verified = await run('verified', { kind: 'verify', id, nowMs: clock.nowMs() });
      return verified.ok ? ok(verified.value.verification) : verified;
    },
    remove: async (ids) => {
      const removed = await run('removed', { kind: 'remove', ids });
      return removed.ok ? ok(undefined) : removed;
    },
    close: thread.close,
  };
}

function isOf<Kind extends BackupAnswer['kind']>(
  answer: BackupAnswer,
  kind: Kind,
): answer is Extract<BackupAnswer, { readonly kind: Kind }> {
  return answer.kind === kind;
}

function failed({ target }: BackupSource, why: string): Problem {
  return problem('unavailable', {
    detail: `The backup target ${describeTarget(target)} cannot be used: ${why}.`,
    remedy:
      'Check that a directory exists and that the server may write there (ReadWritePaths= of its ' +
      'unit, too), its credentials (backup-credentials-file), and the network; the server tries ' +
      'again every few seconds.',
  });
}
