/** Sends the write of a command, waits for its operation, and says what to print. */
import { AdmissionWarning } from '@novacron/contract/admission/admission';
import { FollowedRecommendation } from '@novacron/contract/fleet/recommendation';
import { MetricWritten } from '@novacron/contract/monitoring/metric-operations';
import { Operation } from '@novacron/contract/operation/operation';
import { isOperationName } from '@novacron/contract/operations-table/operations';
import { fromProblemDocument } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { hasOwnDryRun } from '../arguments/asks-first.ts';
import { commandOf, type TableCommand } from '../arguments/command-table.ts';
import { callOperation, type Session } from '../client/session.ts';
import {
  type Failure,
  findingsFailure,
  problemFailure,
  usageFailure,
} from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';
import { confirmPlan } from './confirm-plan.ts';
import type { Outcome } from './outcome.ts';
import { isFinal } from './poll-operation.ts';
import { previewWrites } from './preview-writes.ts';
import type { StepsShown } from './progress.ts';
import { failureOfOperation, waitOperation } from './wait-operation.ts';

/** The answers of writes: most carry an operation, those of API keys do not. */
const WriteAnswer = z.looseObject({
  resource: z.record(z.string(), z.unknown()).optional(),
  operation: Operation.optional(),
  /** Resources written together. */
  items: z
    .array(z.looseObject({ resource: z.looseObject({ id: z.string() }), operation: Operation }))
    .optional(),
  warnings: z.array(AdmissionWarning).default([]),
  notices: z.array(z.string()).default([]),
});
type WriteAnswer = z.infer<typeof WriteAnswer>;

/** A write that the server has accepted. */
export interface SentWrite {
  readonly input: Fields;
  /** The whole answer. */
  readonly value: Fields;
  readonly answer: WriteAnswer;
}

/**
 * Runs a write: shows it and asks where that is due, sends it and waits. With `--dry-run` nothing
 * is sent. Failures: problems of the server and of the operation; an answer that is not yes.
 */
export async function writeCommand(
  session: Session,
  command: TableCommand,
  { input, options }: { readonly input: Fields; readonly options: Fields },
): Promise<Outcome> {
  if (options.follow === true && options.wait === false) {
    return { failure: usageFailure('--follow and --no-wait cannot be used together') };
  }
  if (isOwnDryRun(command, options)) return previewWrites(session, command, [input]);
  const refused = await confirmPlan(session, command, { inputs: [input], options });
  if (refused !== undefined) return { failure: refused };
  const sent = await sendWrite(session, command, input);
  return sent.ok ? settleWrite(session, command, sent.value, options) : { failure: sent.error };
}

/** Whether only what a write would do is asked for, and the operation itself cannot say it. */
export function isOwnDryRun(command: TableCommand, { dryRun }: Fields): boolean {
  return dryRun === true && hasOwnDryRun(command);
}

/** Sends a write, and shows warnings and notices of the answer. Failures: of the server. */
export async function sendWrite(
  session: Session,
  { operation }: TableCommand,
  input: Fields,
): Promise<Result<SentWrite, Failure>> {
  const { io } = session;
  const called = await callOperation(session, operation, input);
  if (!called.ok) return called;
  const answer = WriteAnswer.parse(called.value);
  for (const { policy, message } of answer.warnings) {
    io.stderr.write(`warning: ${plainLine(`${policy}: ${message}`)}\n`);
  }
  for (const notice of answer.notices) io.stderr.write(`notice: ${plainLine(notice)}\n`);
  if (typeof called.value.secret === 'string') {
    io.stderr.write('Save this secret; it is not shown again\n');
  }
  return ok({ input, value: called.value, answer });
}

/** Waits for what was sent, unless `--no-wait` is given. Failures: of the operation. */
export async function settleWrite(
  session: Session,
  command: TableCommand,
  { input, value, answer }: SentWrite,
  options: Fields,
): Promise<Outcome> {
  if (answer.items !== undefined && options.wait !== false) {
    const items = await finishItems(session, answer.items, options);
    if (!items.ok) return { failure: items.error };
    return { document: { kind: 'written', value: { ...value, items: items.value } } };
  }
  const operation = answer.operation ?? startedBy(answer);
  if (operation === undefined) {
    const isPlan = input.dry_run === true && input.stop !== true;
    const failure = isPlan
      ? (failureOfPlan(value) ?? failureOfBulk(value))
      : (failureOfSamples(value) ?? failureOfVerification(value) ?? failureOfFollowing(value));
    return {
      document: { kind: 'written', value },
      ...(failure === undefined ? {} : { failure }),
    };
  }
  if (options.wait === false) {
    if (!isFinal(operation)) {
      const { id } = operation;
      session.io.stderr.write(
        `Not waiting. Run \`novacron operation wait ${id}\` to wait for it\n`,
      );
    }
    return { document: { kind: 'written', value } };
  }
  const { resource } = answer;
  if (answer.operation === undefined)
    return finishStarted(session, command, { operation, resource, options });
  const written = { operation, resource, options };
  if (command.operation === 'workflow.run') {
    return finishExecution(session, command, written, value);
  }
  const finished = await finish(session, command, written);
  if (!finished.ok) return { failure: finished.error };
  const failure = failureOfBulk(value);
  return {
    document: { kind: 'written', value: { ...value, ...finished.value } },
    ...(failure === undefined ? {} : { failure }),
  };
}

/** The operation that was started for what a write carries out, such as a recommendation. */
function startedBy({ resource }: WriteAnswer): Operation | undefined {
  return Operation.safeParse(resource?.operation).data;
}

/** Waits for it, and shows the same answer with its end. */
async function finishStarted(
  session: Session,
  command: TableCommand,
  written: Written,
): Promise<Outcome> {
  const waited = await waitForEnd(session, command, written);
  if (!waited.ok) return { failure: waited.error };
  const failure = failureOfOperation(waited.value);
  if (failure !== undefined) return { failure };
  const resource = { ...written.resource, operation: waited.value };
  return { document: { kind: 'written', value: { resource } } };
}

const BulkAnswer = z.looseObject({
  vms: z.array(z.looseObject({ vm: z.string(), outcome: z.string() })),
});

/** VMs that were left out of an operation on many are findings, also of a dry run. */
function failureOfBulk(answer: Fields): Failure | undefined {
  const { vms = [] } = BulkAnswer.safeParse(answer).data ?? {};
  const refused = vms.filter(({ outcome }) => outcome === 'refused').map(({ vm }) => vm);
  if (refused.length === 0) return undefined;
  return findingsFailure(
    `${refused.length} of ${vms.length} VMs are refused: ${refused.join(', ')}`,
  );
}

/** Samples of which none is stored, though some have a value, are findings. */
function failureOfSamples(answer: Fields): Failure | undefined {
  const written = MetricWritten.safeParse(answer).data;
  if (written === undefined || written.notices.length === 0) return undefined;
  return written.stored + written.duplicated > 0
    ? undefined
    : findingsFailure('No sample is stored');
}

const Verified = z.looseObject({ verification: z.literal('failed'), reason: z.string() });

/** A backup that cannot be restored is a finding. */
function failureOfVerification(answer: Fields): Failure | undefined {
  const { reason } = Verified.safeParse(answer).data ?? {};
  return reason === undefined
    ? undefined
    : findingsFailure(`The backup cannot be restored: ${reason}`);
}

const Followed = z.looseObject({
  resource: z.looseObject({ outcome: z.string(), problem: FollowedRecommendation.shape.problem }),
});

/** A recommendation or a correction that is not begun: it needs an approval, or is refused. */
function failureOfFollowing(answer: Fields): Failure | undefined {
  const { problem = null } = Followed.safeParse(answer).data?.resource ?? {};
  return problem === null ? undefined : problemFailure(fromProblemDocument(problem));
}

const DrainPlan = z.looseObject({
  plan: z.looseObject({
    goal: z.literal('drain'),
    left: z.array(z.looseObject({ vm_id: z.string(), vm: z.string().nullable(), why: z.string() })),
  }),
});

/** A drain that would be refused ends its dry run with the same exit code as findings do. */
function failureOfPlan(answer: Fields): Failure | undefined {
  const { left = [] } = DrainPlan.safeParse(answer).data?.plan ?? {};
  if (left.length === 0) return undefined;
  const reasons = left.map(({ vm, vm_id: id, why }) => `${vm ?? id}: ${why}`);
  return findingsFailure(`The node cannot be emptied. ${reasons.join('; ')}`);
}

/** Waits for all operations of a batch; returns the first failure. */
async function finishItems(
  session: Session,
  items: NonNullable<WriteAnswer['items']>,
  options: Fields,
): Promise<Result<readonly Fields[], Failure>> {
  const finished: Fields[] = [];
  for (const { resource, operation } of items) {
    const command = commandOf('vm.create');
    const done = await finish(session, command, { operation, resource, options });
    if (!done.ok) return done;
    finished.push(done.value);
  }
  return ok(finished);
}

/** An admitted write. */
interface Written {
  readonly operation: Operation;
  readonly resource: WriteAnswer['resource'];
  readonly options: Fields;
}

/** Waits for an execution and shows it with its steps and outputs, also one that has failed. */
async function finishExecution(
  session: Session,
  command: TableCommand,
  written: Written,
  value: Fields,
): Promise<Outcome> {
  const waited = await waitForEnd(session, command, written);
  if (!waited.ok) return { failure: waited.error };
  const operation = waited.value;
  const failure = failureOfOperation(operation);
  const found = await callOperation(session, 'execution.get', { id: operation.id });
  const resource = found.ok ? found.value : written.resource;
  const document = { kind: 'written', value: { ...value, resource, operation } } as const;
  return failure === undefined ? { document } : { document, failure };
}

async function waitForEnd(
  session: Session,
  command: TableCommand,
  { operation, options }: Written,
): Promise<Result<Operation, Failure>> {
  if (isFinal(operation)) return ok(operation);
  const shown = stepsShownOf(session, command, options);
  return waitOperation(session, { id: operation.id, ...waitLimit(options), shown });
}

/** Waits for the operation of a write and reads again what it has changed. */
async function finish(
  session: Session,
  command: TableCommand,
  written: Written,
): Promise<Result<Fields, Failure>> {
  const { operation, resource } = written;
  const waited = await waitForEnd(session, command, written);
  if (!waited.ok) return waited;
  const failure = failureOfOperation(waited.value);
  if (failure !== undefined) return err(failure);
  const read = `${command.noun}.get`;
  if (resource === undefined || isFinal(operation) || !isOperationName(read)) {
    return ok({ operation: waited.value });
  }
  const fresh = await callOperation(session, read, { id: resource.id });
  // The write has succeeded; if the resource was deleted since, its first answer is shown.
  return ok({ resource: fresh.ok ? fresh.value : resource, operation: waited.value });
}

/** Whether the steps of what a command starts are shown: those of executions, on a terminal. */
function stepsShownOf(
  { io }: Session,
  { operation }: TableCommand,
  { follow }: Fields,
): StepsShown {
  const isExecution = operation === 'workflow.run';
  return follow === true || (isExecution && io.stderr.isTerminal) ? 'steps' : 'whole';
}

/** Returns the time limit for an operation to end. */
export function waitLimit(options: Fields): { readonly timeoutMs?: number } {
  const seconds = numberOption(options, 'waitTimeout');
  return seconds === undefined ? {} : { timeoutMs: seconds * 1000 };
}

/** The number that an option gave. */
function numberOption(options: Fields, key: string): number | undefined {
  const value = options[key];
  return typeof value === 'number' ? value : undefined;
}
