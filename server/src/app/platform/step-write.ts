/** Common parts of steps that are writes of their own: input, preparation, requester. */
import { operationRow, type ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { beginRequest, type CallContext } from '../kernel/context/call-context.ts';
import type { BulkStepAction, CallStepAction } from '../kernel/definitions/operation-definition.ts';
import type { Check } from '../resources/scope.ts';
import type { CapabilityDeps, RegisteredWrite } from './deps.ts';

type Input = Readonly<Record<string, unknown>>;

/** A write that is a step. */
type StepWriteName = CallStepAction['operation'] | BulkStepAction['operation'] | RegisteredWrite;

/** Returns the function that prepares a write as a step. */
export function prepareOf({ writes }: CapabilityDeps, operation: StepWriteName) {
  // Each entry takes the input of its operation, which `parseInput` has parsed with its row.
  return writes[operation] as Check<Input>;
}

/** Parses the input of a write with its row of the operations table. */
export function parseInput(operation: StepWriteName, input: Input): Input {
  // Each row parses the input of its own operation, which the compiler cannot connect.
  return operationRow(operation).input.parse(input) as ParsedInputOf<typeof operation>;
}

/** The context of the requester, who is accountable for a step that is a write. */
export function contextOf(
  deps: CapabilityDeps,
  { by, tenantId }: Pick<CallStepAction, 'by' | 'tenantId'>,
): CallContext {
  const { client, ...principal } = by;
  return {
    // Stored with the operation, from the context of the caller.
    principal: { ...principal, tenantId: tenantId as CallContext['principal']['tenantId'] },
    requestId: deps.ids.next('req'),
    client,
    deployment: 'default',
    signal: new AbortController().signal,
    request: beginRequest(),
  };
}
