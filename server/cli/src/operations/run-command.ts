/** Runs one command of the table: resolves names, calls, waits, and says what to print. */
import { AdmissionWarning } from '@novacron/contract/admission/admission';
import { Operation } from '@novacron/contract/operation/operation';
import { isOperationName } from '@novacron/contract/operations-table/operations';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { commandOf, type TableCommand } from '../arguments/command-table.ts';
import { type GivenWords, readInput } from '../arguments/read-input.ts';
import { callOperation, type Session } from '../client/session.ts';
import { type Failure, findingsFailure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';
import type { Document } from '../output/render-output.ts';
import { confirmPlan } from './confirm-plan.ts';
import { followEvents } from './follow-events.ts';
import { list } from './list-items.ts';
import { mergeMembers } from './merge-members.ts';
import { isFinal } from './poll-operation.ts';
import { resolveNames } from './resolve-names.ts';
import { failureOfOperation, waitOperation } from './wait-operation.ts';
import { watchList, watchOne } from './watch-items.ts';
import { watchOperation } from './watch-operation.ts';

/** What a command has to show, and what went wrong after it had something. */
export interface Outcome {
  readonly document?: Document;
  readonly failure?: Failure;
}

/** The answers of writes: most carry an operation, those of API keys do not. */
const WriteAnswer = z.looseObject({
  resource: z.record(z.string(), z.unknown()).optional(),
  operation: Operation.optional(),
  /** What was written together. */
  items: z
    .array(z.looseObject({ resource: z.looseObject({ id: z.string() }), operation: Operation }))
    .optional(),
  warnings: z.array(AdmissionWarning).default([]),
  notices: z.array(z.string()).default([]),
});
type WriteAnswer = z.infer<typeof WriteAnswer>;

/**
 * Runs a command with the words of its command line. Failures: wrong usage, names that nothing
 * has, and every problem of the server.
 */
export async function runCommand(
  session: Session,
  command: TableCommand,
  given: GivenWords,
): Promise<Outcome> {
  const input = await readInput(command, given, session.io);
  if (!input.ok) return { failure: input.error };
  return runWithInput(session, command, { input: input.value, options: given.options });
}

/**
 * Runs a command with its input. Failures: as {@link runCommand}.
 * @param request - `input`: fields with ids or names; `options`: what the flags said besides it
 */
export async function runWithInput(
  session: Session,
  command: TableCommand,
  request: { readonly input: Fields; readonly options: Fields },
): Promise<Outcome> {
  const { options } = request;
  const resolved = await resolveNames(session, command, request.input);
  if (!resolved.ok) return { failure: resolved.error };
  const merged = await mergeMembers(session, command, resolved.value);
  if (!merged.ok) return { failure: merged.error };
  const input = merged.value;
  switch (command.shape) {
    case 'list':
      if (options.follow === true) {
        return { failure: await followEvents(session, command, { input, options }) };
      }
      if (options.watch === true) {
        return endOf(await watchList(session, command, { input, options }));
      }
      return outcomeOf(await list(session, command, { input, options }));
    case 'show':
      if (options.watch === true && command.operation !== 'operation.get') {
        return endOf(await watchOne(session, command, input));
      }
      if (options.watch === true) return watch(session, String(input.id));
      return outcomeOf(await show(session, command, input));
    case 'wait':
      return wait(session, command, { id: String(input.id), options });
    case 'write':
      return write(session, command, { input, options });
  }
}

function endOf(failure: Failure | undefined): Outcome {
  return failure === undefined ? {} : { failure };
}

function outcomeOf(result: Result<Document, Failure>): Outcome {
  return result.ok ? { document: result.value } : { failure: result.error };
}

async function show(
  session: Session,
  command: TableCommand,
  input: Fields,
): Promise<Result<Document, Failure>> {
  const answer = await callOperation(session, command.operation, input);
  if (!answer.ok) return answer;
  const { text, ...rest } = answer.value;
  const isText = typeof text === 'string' && Object.keys(rest).length === 0;
  return ok(isText ? { kind: 'text', value: { text } } : { kind: 'one', value: answer.value });
}

async function watch(session: Session, id: string): Promise<Outcome> {
  const watched = await watchOperation(session, id);
  return watched.ok ? {} : { failure: watched.error };
}

async function wait(
  session: Session,
  command: TableCommand,
  request: { readonly id: string; readonly options: Fields },
): Promise<Outcome> {
  const { id } = request;
  const waited = await waitOperation(session, { id, ...waitLimit(request.options) });
  if (!waited.ok) return { failure: waited.error };
  const failure = failureOfOperation(waited.value);
  return {
    document: { kind: 'row', noun: command.noun, value: waited.value },
    ...(failure === undefined ? {} : { failure }),
  };
}

async function write(
  session: Session,
  command: TableCommand,
  request: { readonly input: Fields; readonly options: Fields },
): Promise<Outcome> {
  const { io } = session;
  const refused = await confirmPlan(session, command, request);
  if (refused !== undefined) return { failure: refused };
  const called = await callOperation(session, command.operation, request.input);
  if (!called.ok) return { failure: called.error };
  const answer = WriteAnswer.parse(called.value);
  for (const { policy, message } of answer.warnings) {
    io.stderr.write(`warning: ${plainLine(`${policy}: ${message}`)}\n`);
  }
  for (const notice of answer.notices) io.stderr.write(`notice: ${plainLine(notice)}\n`);
  if (typeof called.value.secret === 'string') {
    io.stderr.write('Save this secret; it is not shown again\n');
  }
  if (answer.items !== undefined && request.options.wait !== false) {
    const items = await finishItems(session, answer.items, request.options);
    if (!items.ok) return { failure: items.error };
    return { document: { kind: 'written', value: { ...called.value, items: items.value } } };
  }
  if (answer.operation === undefined) {
    const failure = request.input.dry_run === true ? failureOfPlan(called.value) : undefined;
    return {
      document: { kind: 'written', value: called.value },
      ...(failure === undefined ? {} : { failure }),
    };
  }
  if (request.options.wait === false) {
    if (!isFinal(answer.operation)) {
      const { id } = answer.operation;
      io.stderr.write(`Not waiting. Run \`novacron operation wait ${id}\` to wait for it\n`);
    }
    return { document: { kind: 'written', value: called.value } };
  }
  const finished = await finish(session, command, {
    operation: answer.operation,
    resource: answer.resource,
    options: request.options,
  });
  if (!finished.ok) return { failure: finished.error };
  return { document: { kind: 'written', value: { ...called.value, ...finished.value } } };
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

/** Waits for the operation of a write and reads again what it has changed. */
async function finish(
  session: Session,
  command: TableCommand,
  written: {
    readonly operation: Operation;
    readonly resource: WriteAnswer['resource'];
    readonly options: Fields;
  },
): Promise<Result<Fields, Failure>> {
  const { operation, resource } = written;
  const waited = isFinal(operation)
    ? ok(operation)
    : await waitOperation(session, { id: operation.id, ...waitLimit(written.options) });
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

function waitLimit(options: Fields): { readonly timeoutMs?: number } {
  const seconds = numberOption(options, 'waitTimeout');
  return seconds === undefined ? {} : { timeoutMs: seconds * 1000 };
}

function numberOption(options: Fields, key: string): number | undefined {
  const value = options[key];
  return typeof value === 'number' ? value : undefined;
}
