/** Trains and runs models in worker threads, each task within its time and memory. */
import type { Logger } from '@novacron/runtime/logger';
import type {
  ModelAnswer,
  ModelOutcome,
  Models,
  ModelTask,
  TrainedFile,
  TrainingTask,
} from '../../ports/models.ts';
import {
  createTaskThread,
  programUrl,
  type TaskOutcome,
  type TaskThread,
} from '../threads/create-task-thread.ts';

/** Several times what the largest table takes. */
const TRAIN_MS_MAX = 300_000;

/** Some hundred times what a file of usual size takes. */
const RUN_MS_MAX = 20_000;

/** Several times what the largest table and file take. Unit: MiB. */
const MEMORY_MIB_MAX = 512;

const TRAININGS_WAITING_MAX = 32;
const RUNS_WAITING_MAX = 128;

/** A quarter of the queues: other tenants always find room. */
const TRAININGS_OF_TENANT_MAX = 8;
const RUNS_OF_TENANT_MAX = 32;

/** A root of its own, beside that of the server: it runs what the engine decides. */
const MODEL_PROGRAM = '../../model-thread.js';

/** A task of the thread, and its answer. */
type Outcome<Answer> = Exclude<ModelOutcome<Answer>, { readonly kind: 'failed' }>;

/** Makes it; threads start with the first task. Predictions do not wait for trainings. */
export function createModels(logger: Logger): Models {
  const program = programUrl(import.meta.url, MODEL_PROGRAM);
  const training = createTaskThread<{ readonly train: TrainingTask }, Outcome<TrainedFile>>(
    logger,
    {
      name: 'the thread that trains models',
      program,
      waitingMax: TRAININGS_WAITING_MAX,
      busy: 'other models are being trained',
      memoryMibMax: MEMORY_MIB_MAX,
    },
  );
  const running = createTaskThread<{ readonly run: ModelTask }, Outcome<ModelAnswer>>(logger, {
    name: 'the thread of models',
    program,
    waitingMax: RUNS_WAITING_MAX,
    busy: 'other models predict',
    memoryMibMax: MEMORY_MIB_MAX,
  });
  const train = shareFairly(training, {
    ofTenantMax: TRAININGS_OF_TENANT_MAX,
    durationMsMax: TRAIN_MS_MAX,
  });
  const run = shareFairly(running, { ofTenantMax: RUNS_OF_TENANT_MAX, durationMsMax: RUN_MS_MAX });
  return {
    train: (task, tenantId) => train({ train: task }, tenantId),
    run: (task, tenantId) => run({ run: task }, tenantId),
    close: async () => {
      await Promise.all([training.close(), running.close()]);
    },
  };
}

/** Runs tasks, of which a tenant may have some at a time. */
function shareFairly<Task, Answer>(
  thread: TaskThread<Task, Outcome<Answer>>,
  limits: { readonly ofTenantMax: number; readonly durationMsMax: number },
): (task: Task, tenantId: string) => Promise<ModelOutcome<Answer>> {
  const { ofTenantMax, durationMsMax } = limits;
  const waiting = new Map<string, number>();
  return async (task, tenantId) => {
    const before = waiting.get(tenantId) ?? 0;
    if (before >= ofTenantMax) {
      return { kind: 'failed', why: `${before} models of the tenant are at work` };
    }
    waiting.set(tenantId, before + 1);
    const overran = `it took more than ${durationMsMax} ms`;
    const outcome = await thread.run({ task, durationMsMax, overran });
    const left = (waiting.get(tenantId) ?? 1) - 1;
    if (left === 0) waiting.delete(tenantId);
    else waiting.set(tenantId, left);
    return flatten(outcome);
  };
}

function flatten<Answer>(outcome: TaskOutcome<Outcome<Answer>>): ModelOutcome<Answer> {
  return outcome.kind === 'done' ? outcome.answer : outcome;
}
