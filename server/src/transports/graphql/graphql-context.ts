/** Context that the resolvers of a request share. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { CallContext } from '../../app/kernel/context/call-context.ts';
import { dispatch } from '../dispatch/dispatch.ts';
import type { EventCore, EventHub } from '../events/event-hub.ts';
import { loadReferences, type ReferenceLoader } from './load-references.ts';

/** The context of one GraphQL request. */
export interface GraphqlContext {
  readonly core: EventCore;
  readonly hub: EventHub;
  readonly caller: CallContext;
  /** The caller's key, for subscriptions, which outlive keys. */
  readonly secret: string;
  /** Runs an operation for the caller. */
  readonly call: (name: OperationName, rawInput: unknown) => Promise<Result<unknown, Problem>>;
  readonly references: ReferenceLoader;
}

/** Makes the context of a request. */
export function createGraphqlContext(
  request: Pick<GraphqlContext, 'core' | 'hub' | 'caller' | 'secret'>,
): GraphqlContext {
  const { core, caller } = request;
  const call: GraphqlContext['call'] = (name, rawInput) =>
    dispatch(core, { name, rawInput, context: caller });
  return { ...request, call, references: loadReferences(call) };
}
