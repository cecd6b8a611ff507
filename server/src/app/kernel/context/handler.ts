/** The handlers of the operations table. */
import type { OperationName, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { CallContext } from './call-context.ts';

/** The handler of one row. */
export type Handler<Name extends OperationName> = (
  input: ParsedInputOf<Name>,
  context: CallContext,
) => Promise<Result<unknown, Problem>>;

/** The handlers of all rows. */
export type Handlers = { readonly [Name in OperationName]: Handler<Name> };
