/** Plans that a text of a workflow may run as the API key that it names, or may not any more. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { WorkflowRow } from '../../../ports/tables/automation/workflow-rows.ts';
import { refuseRunAs } from '../../access/identity/grant-roles.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { replan, revisionMismatch } from '../../rows/resource-problems.ts';
import type { Prepare } from '../scope.ts';
import { findWorkflow } from './read-workflows.ts';
import { authorizeCommand, findRunAs, grantOf, type RunAsGrant } from './run-as.ts';
import { currentVersion, definitionOf, fieldsOf } from './workflow-row.ts';

/** Plans it. The caller has every right of the key, as with a new key. */
export const prepareWorkflowAuthorize: Prepare<ParsedInputOf<'workflow.authorize'>> = async (
  { id, digest, revoke, if_revision: expected },
  { deps, context, nowMs },
) => {
  const found = await findWorkflow(deps, id, context);
  if (!found.ok) return err([found.error]);
  const row = found.value;
  if (expected !== undefined && expected !== row.revision) {
    return err([revisionMismatch('workflow', row, expected)]);
  }
  const checked = definitionOf(currentVersion(row));
  const { run_as: runAs } = checked.definition;
  if (digest !== row.digest) return err([anotherText(row)]);
  if (runAs === undefined) return err([withoutKey(row)]);
  let grant: RunAsGrant | null = null;
  if (!revoke) {
    const key = await findRunAs(deps, row, runAs);
    if (!key.ok) return err([key.error]);
    const refused = refuseRunAs(context.principal, key.value, 'id');
    if (refused !== undefined) return err([refused]);
    grant = { digest, keyId: key.value.id, by: context.principal.name, atMs: nowMs };
  }
  const set = {
    run_as_json: grant === null ? null : JSON.stringify(grant),
    revision: row.revision + 1,
    updated_at_ms: nowMs,
    updated_by: context.principal.name,
  };
  const fields = fieldsOf(row, checked);
  return ok({
    resourceKind: 'workflow',
    target: { id: row.id, name: row.name },
    before: { ...fields, authorized: grantOf(row)?.digest === row.digest },
    wanted: { ...fields, authorized: grant !== null },
    placement: null,
    notices: [],
    saga: reserveOnly([
      {
        kind: 'update',
        table: 'workflows',
        id: row.id,
        set,
        expect: { revision: row.revision },
        otherwise: replan(`The workflow ${row.name}`),
      },
    ]),
  });
};

function anotherText({ name, version, digest }: WorkflowRow): Problem {
  return problem('validation-failed', {
    detail: `The text of ${name} is not the one with this digest: it has version ${version} now.`,
    remedy: `Read it (novacron workflow show ${name}), then: ${authorizeCommand(name, digest)}`,
    fields: [{ path: ['digest'], message: `is not the digest of version ${version}` }],
  });
}

function withoutKey({ name }: WorkflowRow): Problem {
  return problem('validation-failed', {
    detail: `The text of ${name} names no API key: its steps act as who starts it.`,
    remedy: 'Write run_as: NAME into the text and store it (novacron workflow push FILE).',
    fields: [{ path: ['id'], message: 'names no API key in run_as' }],
  });
}
