/** Runs one command of the table: resolves names, calls, waits, and says what to print. */
import { ok, type Result } from '@novacron/contract/result';
import type { TableCommand } from '../arguments/command-table.ts';
import { type GivenWords, readInput } from '../arguments/read-input.ts';
import { callOperation, type Session } from '../client/session.ts';
import { type Failure, usageFailure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import type { Document } from '../output/render-output.ts';
import { followEvents } from './follow-events.ts';
import { followLog } from './follow-log.ts';
import { list } from './list-items.ts';
import { hasParts, mergeMembers } from './merge-members.ts';
import type { Outcome } from './outcome.ts';
import { resolveNames } from './resolve-names.ts';
import { failureOfOperation, waitOperation } from './wait-operation.ts';
import { watchList, watchOne } from './watch-items.ts';
import { watchOperation } from './watch-operation.ts';
import { waitLimit, writeCommand } from './write-command.ts';
import { type Target, writeSeveral } from './write-several.ts';

export type { Outcome } from './outcome.ts';

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
  const { options, several = [] } = given;
  const names = [...new Set(several)];
  if (names.length > 1) return runSeveral(session, command, { input: input.value, names, options });
  return runWithInput(session, command, { input: input.value, options });
}

/** Runs a write for several resources with the same other fields. */
async function runSeveral(
  session: Session,
  command: TableCommand,
  request: {
    readonly input: Fields;
    readonly names: readonly string[];
    readonly options: Fields;
  },
): Promise<Outcome> {
  const { input, names, options } = request;
  if (input.if_revision !== undefined) {
    return { failure: usageFailure('--if-revision is for a single resource') };
  }
  const targets: Target[] = [];
  for (const name of names) {
    targets.push({ name, input: await resolveNames(session, command, { ...input, id: name }) });
  }
  return writeSeveral(session, command, { targets, options });
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
  const merge = async () => {
    const merged = await mergeMembers(session, command, resolved.value);
    if (!merged.ok) return { failure: merged.error };
    return runMerged(session, command, { input: merged.value, options });
  };
  const isRepeatable = hasParts(resolved.value) && resolved.value.if_revision === undefined;
  let outcome = await merge();
  for (let turn = 1; isRepeatable && turn < MERGES_MAX && hasChanged(outcome); turn += 1) {
    outcome = await merge();
  }
  return outcome;
}

/** Maximum number of merges with concurrent writes to the same resource. */
const MERGES_MAX = 5;

/** Whether another write changed the resource between the read and the write. */
function hasChanged({ failure }: Outcome): boolean {
  const isAnswer = failure?.kind === 'problem' && failure.operationId === undefined;
  return isAnswer && failure.problem.code === 'revision-mismatch';
}

async function runMerged(
  session: Session,
  command: TableCommand,
  { input, options }: { readonly input: Fields; readonly options: Fields },
): Promise<Outcome> {
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
      if (command.operation === 'execution.logs' && options.follow === true) {
        return endOf(await followLog(session, input));
      }
      if (options.watch === true && command.operation !== 'operation.get') {
        return endOf(await watchOne(session, command, input));
      }
      if (options.watch === true) return watch(session, String(input.id));
      return outcomeOf(await show(session, command, input));
    case 'wait':
      return wait(session, command, { id: String(input.id), options });
    case 'write':
      return writeCommand(session, command, { input, options });
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
