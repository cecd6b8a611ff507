/** What answers a row of the operations table. */
import type { OperationName, ParsedInputOf } from '@novacron/contract/operations';
import type { Problem } from '@novacron/contract/problem';
import type { Result } from '@novacron/contract/result';
import type { CallContext } from './call-context.ts';

/** Answers one row. */
export type Handler<Name extends OperationName> = (
  input: ParsedInputOf<Name>,
  context: CallContext,
) => Promise<Result<unknown, Problem>>;

/** Answers every row. */
export type Handlers = { readonly [Name in OperationName]: Handler<Name> };
