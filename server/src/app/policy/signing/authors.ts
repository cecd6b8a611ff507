/** Authors whose signatures on rules are trusted. */

import type { PolicyAuthor } from '@novacron/contract/kinds/policy/policy-signing';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PolicyAuthorRow } from '../../../ports/tables/policy/policy-signing-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { PolicyDeps } from '../deps.ts';

/** Trusts a key. Problems: `policy-denied`, `conflict` where it is trusted already. */
export async function createPolicyAuthor(
  deps: PolicyDeps,
  { name, public_key }: ParsedInputOf<'policy_author.create'>,
  context: CallContext,
): Promise<Result<{ readonly resource: PolicyAuthor }, Problem>> {
  const row: PolicyAuthorRow = {
    id: deps.ids.next('pau'),
    tenant_id: context.principal.tenantId,
    name,
    public_key,
    created_at_ms: deps.clock.nowMs(),
    created_by: context.principal.name,
  };
  return commitObject(deps, context, {
    operation: 'policy_author.create',
    resourceKind: 'policy_author',
    target: { id: row.id, name },
    before: null,
    wanted: { name, public_key },
    changes: [
      { kind: 'insert', into: 'policy_authors', row, otherwise: trustedAlready(public_key) },
    ],
    answer: { resource: toAuthor(row) },
  });
}

/** Lists authors in the order of their creation. */
export async function listPolicyAuthors(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_author.list'>,
  { principal }: CallContext,
): Promise<Result<Page<PolicyAuthor>, Problem>> {
  const source = {
    operation: 'policy_author.list',
    from: 'policy_authors',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'pau',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toAuthor)) : page;
}

/** Removes the trust in a key. Problems: `not-found`, `policy-denied`. */
export async function deletePolicyAuthor(
  deps: PolicyDeps,
  { id }: ParsedInputOf<'policy_author.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const where = { id, tenant_id: context.principal.tenantId };
  const [row] = await deps.store.read({ from: 'policy_authors', where });
  if (row === undefined) return err(notFound('policy author', id));
  const { name, public_key } = row;
  return commitObject(deps, context, {
    operation: 'policy_author.delete',
    resourceKind: 'policy_author',
    target: { id, name },
    before: { name, public_key },
    wanted: null,
    changes: [{ kind: 'drop', from: 'policy_authors', id }],
    answer: {},
  });
}

function toAuthor({ id, name, public_key, created_at_ms, created_by }: PolicyAuthorRow) {
  return {
    id,
    name,
    public_key,
    created_by,
    created_at: toTimestamp(created_at_ms),
  };
}

function trustedAlready(publicKey: string): Problem {
  return problem('conflict', {
    detail: `The key ${publicKey} is trusted already.`,
    remedy: 'List the authors; delete the one of this key to trust it under another name.',
  });
}
