/**
 * Holds the old name of a renamed resource until the operation has ended: a rollback needs it
 * again, and the end of an operation may not fail because another resource has taken it.
 */

import { type Problem, problem } from '@novacron/contract/problem/problem';
import { oneOf, wordsOf } from '@novacron/contract/schema/kind-in-words';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import type { Saga } from '../operations/saga.ts';

/** Plans a new name for a resource; an empty saga where the name stays. */
export function planRenaming(kind: ResourceKind, row: ResourceRow, name: string): Partial<Saga> {
  if (row.name === name) return {};
  const held = nameRule(kind, row.tenant_id, row.name);
  const reserve: ChangeSet = [
    requireNameNotHeld(kind, row.tenant_id, name),
    {
      kind: 'insert',
      into: 'rule_versions',
      row: { id: held, version: 1 },
      otherwise: nameHeld(kind, row.name),
    },
  ];
  const end: ChangeSet = [{ kind: 'drop', from: 'rule_versions', id: held }];
  return { reserve, finalize: end, rollback: end, release: end, reacquire: reserve };
}

/** Guard: no change that may still be rolled back has given this name up. */
export function requireNameNotHeld(kind: ResourceKind, tenantId: string, name: string): Change {
  return {
    kind: 'require-none',
    of: 'rule_versions',
    where: { id: nameRule(kind, tenantId, name) },
    otherwise: nameHeld(kind, name),
  };
}

function nameRule(kind: ResourceKind, tenantId: string, name: string): string {
  return `name/${kind}/${tenantId}/${name}`;
}

function nameHeld(kind: ResourceKind, name: string): Problem {
  const noun = wordsOf(kind);
  return problem('name-taken', {
    detail:
      `${oneOf(kind)} is being renamed from ${JSON.stringify(name)}, and a rollback ` +
      'may still need the name.',
    remedy:
      `Wait until the change of the ${noun} has ended and send the request again, or ` +
      'choose another name.',
    data: { holds_name: true },
    fields: [{ path: ['name'], message: `is reserved until a change of its ${noun} has ended` }],
  });
}
