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
import { createTaskThread, programUrl, type TaskOutcome } from '../threads/create-task-thread.ts';
import { shareFairly } from '../threads/share-fairly.ts';

/** Several times what the largest table takes. */
const TRAIN_MS_MAX = 300_000;

/** Some hundred times what a file of usual size takes. */
const RUN_MS_MAX = 20_000;

/** Several times what the largest table and file take. Unit: MiB. */
const MEMORY_MIB_MAX = 512;

const TRAININGS_MAX = 32;
const RUNS_MAX = 128;

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
  // Each has one task at a time: the others wait in turns of their tenants.
  const limits = { program, waitingMax: 1, busy: '', memoryMibMax: MEMORY_MIB_MAX };
  const training = createTaskThread<{ readonly train: TrainingTask }, Outcome<TrainedFile>>(
    logger,
    { ...limits, name: 'the thread that trains models' },
  );
  const running = createTaskThread<{ readonly run: ModelTask }, Outcome<ModelAnswer>>(logger, {
    ...limits,
    name: 'the thread of models',
  });
  const train = shareFairly(training, {
    max: TRAININGS_MAX,
    ofTenantMax: TRAININGS_OF_TENANT_MAX,
    busy: 'other models are being trained',
  });
  const run = shareFairly(running, {
    max: RUNS_MAX,
    ofTenantMax: RUNS_OF_TENANT_MAX,
    busy: 'other models predict',
  });
  return {
    train: async (task, { tenantId, isWanted }) => {
      const terms = termsOf(TRAIN_MS_MAX);
      return flatten(await train({ ...terms, task: { train: task }, tenantId, isWanted }));
    },
    run: async (task, tenantId) =>
      flatten(await run({ ...termsOf(RUN_MS_MAX), task: { run: task }, tenantId })),
    close: async () => {
      await Promise.all([training.close(), running.close()]);
    },
  };
}

function termsOf(durationMsMax: number) {
  return { durationMsMax, overran: `it took more than ${durationMsMax} ms` };
}

function flatten<Answer>(outcome: TaskOutcome<Outcome<Answer>>): ModelOutcome<Answer> {
  return outcome.kind === 'done' ? outcome.answer : outcome;
}
