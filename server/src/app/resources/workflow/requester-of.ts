/** The caller of a write, as it is stored for what is done in its name later. */

import { actorKindOf, type CallContext } from '../../kernel/context/call-context.ts';
import type { ExecutionPlan } from '../../kernel/definitions/operation-definition.ts';

/** The principal with its role, its kind and its client, and what it ends with. */
export function requesterOf(context: CallContext): ExecutionPlan['by'] {
  const { id, name, role, bond } = context.principal;
  const kind = actorKindOf(context);
  return { id, name, role, kind, client: context.client, ...(bond === undefined ? {} : { bond }) };
}
