/**
 * Holds the old name of a renamed resource until the operation has ended: a rollback needs it
 * again, and the end of an operation may not fail because another resource has taken it.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import type { Saga } from '../operations/saga.ts';

/** Kinds whose changes can be rolled back after their admission. */
type Kind = 'vm' | 'volume';

/** Plans a new name for a resource; an empty saga where the name stays. */
export function planRenaming(kind: Kind, row: ResourceRow, name: string): Partial<Saga> {
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
export function requireNameNotHeld(kind: Kind, tenantId: string, name: string): Change {
  return {
    kind: 'require-none',
    of: 'rule_versions',
    where: { id: nameRule(kind, tenantId, name) },
    otherwise: nameHeld(kind, name),
  };
}

function nameRule(kind: Kind, tenantId: string, name: string): string {
  return `name/${kind}/${tenantId}/${name}`;
}

function nameHeld(kind: Kind, name: string): Problem {
  return problem('name-taken', {
    detail:
      `A ${kind} is being renamed from ${JSON.stringify(name)}, and a rollback ` +
      'may still need the name.',
    remedy:
      `Wait until the change of the ${kind} has ended and send the request again, or ` +
      'choose another name.',
    fields: [{ path: ['name'], message: `is reserved until a change of its ${kind} has ended` }],
  });
}
