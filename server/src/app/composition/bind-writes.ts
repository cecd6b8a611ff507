/** Binds the rows of the operations table that lead to one operation each: registered writes. */

import { keysOf, tableOf } from '@novacron/contract/closed-table';
import { isFinalStatus } from '@novacron/contract/operation/operation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { fromProblemDocument, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../ports/tables/tables.ts';
import { type CallContext, waitAside } from '../kernel/context/call-context.ts';
import type { Handler } from '../kernel/context/handler.ts';
import { answerOperation } from '../kernel/operations/answer-operation.ts';
import type { OperationExecutor } from '../kernel/operations/execute-operations.ts';
import { admitWrite } from '../kernel/write/admit-write.ts';
import { extendPlan } from '../kernel/write/checked-write.ts';
import type { AdmittedWrite } from '../kernel/write/prepared-write.ts';
import { showWritten } from '../kernel/write/show-written.ts';
import type { RegisteredWrite } from '../platform/deps.ts';
import { explainTakenValues } from '../platform/value-intents/explain-taken-value.ts';
import { freeingValues } from '../platform/value-intents/vacate-values.ts';
import type { Check } from '../resources/scope.ts';
import { startMembers } from '../resources/vm-group/start-members.ts';
import type { AppDeps } from './deps.ts';
import { READERS, type ReadNoun } from './readers.ts';

/** Dependencies of handlers that start operations. */
export interface BindParts {
  readonly deps: AppDeps;
  readonly executor: OperationExecutor;
}

/** Binds every write of the registry: it is admitted, started and answered. */
export function bindWrites(parts: BindParts) {
  return tableOf(keysOf(parts.deps.writes), (name) => bindWrite(name, parts));
}

/** Admits a write, starts its operation and answers with what its reader shows. */
function bindWrite<Name extends RegisteredWrite>(
  name: Name,
  { deps, executor }: BindParts,
): Handler<Name> {
  type Input = ParsedInputOf<Name> & Record<string, unknown>;
  return async (input, context) => {
    const write = { operation: name, input };
    const start = (operation: Tables['operations']) => executor.start(operation);
    const check: Check<Input> = deps.writes[name];
    const admitted = await admitWrite<Input, AppDeps>(
      name,
      input,
      freeingValues({ deps, start }, name, beginningFirst(start, check)),
      deps,
      context,
    );
    if (!admitted.ok) {
      const [found] = await explainTakenValues(deps, context, write, [admitted.error]);
      return err(found ?? admitted.error);
    }
    const { admission, operation } = admitted.value;
    const begins = admission === 'new' && operation.status === 'running';
    if (begins) executor.start(operation);
    return showWritten(operation.id, async () => {
      if (begins && operation.target_kind === 'vm_group') {
        await startMembers(deps, executor, operation);
      }
      const ended = await waitAsPreferred({ deps, executor }, admitted.value, context);
      return answerWrite(deps, ended, name, context);
    });
  };
}

/**
 * Begins the operation that a write waits for: the client sends the write again once that has
 * ended.
 */
function beginningFirst<Input>(
  start: (operation: Tables['operations']) => void,
  check: Check<Input>,
): Check<Input> {
  return async (input, scope) =>
    extendPlan(await check(input, scope), (write) => {
      const { first } = write;
      if (first === undefined) return write;
      const wait = async () => {
        const begun = await first();
        if (!begun.ok) return begun.error;
        const { operation } = begun.value;
        // The same request, sent again after a failure, does not begin it again.
        if (operation.problem_json !== null) {
          return fromProblemDocument(JSON.parse(operation.problem_json));
        }
        if (operation.status === 'running') start(operation);
        return heldByMove(write.target.name, operation.id);
      };
      return { ...write, wait };
    });
}

/** The client waits for the operation as for one that holds a name. */
function heldByMove(name: string, operationId: string): Problem {
  return problem('conflict', {
    detail: `The VM ${name} is moving to another node (${operationId}); then its change follows.`,
    remedy: `Wait for it (novacron operation wait ${operationId}) and then send the request again.`,
    data: { holds_name: true, operation_id: operationId },
  });
}

/** Publishes the end to a caller that prefers to wait for it, so that it need not poll. */
async function waitAsPreferred(
  { deps, executor }: { readonly deps: AppDeps; readonly executor: OperationExecutor },
  admitted: AdmittedWrite,
  context: CallContext,
): Promise<AdmittedWrite> {
  const { waitMs, signal } = context;
  const { id, status } = admitted.operation;
  if (waitMs === undefined || isFinalStatus(status)) return admitted;
  await waitAside(context, executor.waitForEnd(id, { timeoutMs: waitMs, signal }));
  const [operation = admitted.operation] = await deps.store.read({
    from: 'operations',
    where: { id },
  });
  return { ...admitted, operation };
}

async function answerWrite(
  deps: AppDeps,
  admitted: AdmittedWrite,
  name: RegisteredWrite,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const operation = await answerOperation(deps, admitted.operation);
  const { warnings, notices } = admitted;
  if (name.endsWith('.delete')) {
    return ok({ operation, warnings, ...(notices.length === 0 ? {} : { notices }) });
  }
  // The noun of every registered write has a reader.
  const noun = name.slice(0, name.indexOf('.')) as ReadNoun;
  const resource = await READERS[noun].get(deps, admitted.resourceId, context);
  if (!resource.ok) {
    // A write that was undone while the caller waited left nothing to show: its problem is the
    // answer.
    return operation.problem === null ? resource : err(fromProblemDocument(operation.problem));
  }
  return ok({ resource: resource.value, operation, warnings, notices });
}
