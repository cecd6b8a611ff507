/** The API key that the steps of a workflow act as, where its text names one. */
import type { Workflow } from '@novacron/contract/automation/workflow';
import { TenantId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { WorkflowRow } from '../../../ports/tables/automation/workflow-rows.ts';
import { findCurrentPrincipal } from '../../access/identity/find-current-principal.ts';
import type { Principal } from '../../kernel/context/call-context.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { ResourceDeps } from '../deps.ts';

/**
 * Authorization by an admin: a single text, and a single key, but not another key of the same name.
 */
export interface RunAsGrant {
  /** That of the text with its bundle. */
  readonly digest: string;
  readonly keyId: string;
  /** Name of the admin. */
  readonly by: string;
  readonly atMs: number;
}

/** The grant of a workflow; undefined where it has none, or a damaged one, which grants nothing. */
export function grantOf({ run_as_json }: Pick<WorkflowRow, 'run_as_json'>): RunAsGrant | undefined {
  return run_as_json === null ? undefined : parseStored<RunAsGrant>(run_as_json);
}

/** Returns the public form of the key that a text names. */
export function toRunAs(
  row: Pick<WorkflowRow, 'run_as_json'>,
  text: { readonly digest: string; readonly runAs: string | undefined },
): Workflow['run_as'] {
  if (text.runAs === undefined) return null;
  const grant = grantOf(row);
  const valid = grant?.digest === text.digest ? grant : undefined;
  return {
    principal: text.runAs,
    authorized: valid !== undefined,
    authorized_by: valid?.by ?? null,
    authorized_at: valid === undefined ? null : toTimestamp(valid.atMs),
  };
}

/** Finds the key with the rights that it has now. Problems: it is not there, or has expired. */
export async function findRunAs(
  deps: ResourceDeps,
  { name: workflow, tenant_id }: Pick<WorkflowRow, 'name' | 'tenant_id'>,
  name: string,
): Promise<Result<Principal, Problem>> {
  const [key] = await deps.store.read({ from: 'api_keys', where: { tenant_id, name } });
  if (key === undefined) return err(noKey(workflow, name));
  const { id, role } = key;
  const tenantId = TenantId.parse(tenant_id);
  const found = await findCurrentPrincipal(deps, { id, name, role, tenantId });
  return found.ok ? found : err(noKey(workflow, name));
}

/**
 * Finds whom the steps of a run act as.
 * @param digest - of the text that runs
 * @returns the key; undefined where they act as the starter, which is so where the starter has the
 *   key. Problems: the key is not there; no admin has authorized this text to run as it
 */
export async function authorizedRunAs(
  deps: ResourceDeps,
  row: WorkflowRow,
  of: { readonly runAs: string | undefined; readonly digest: string; readonly starter: Principal },
): Promise<Result<Principal | undefined, Problem>> {
  const { runAs, digest, starter } = of;
  if (runAs === undefined) return ok(undefined);
  const found = await findRunAs(deps, row, runAs);
  if (!found.ok) return found;
  if (starter.id === found.value.id) return ok(undefined);
  const grant = grantOf(row);
  if (grant?.digest === digest && grant.keyId === found.value.id) return found;
  return err(
    problem('forbidden', {
      detail:
        `${row.name} does not start: its steps would act as ${runAs}, and no admin has ` +
        'authorized this text to do so.',
      remedy: `Ask an admin to read the text, and then: ${authorizeCommand(row.name, digest)}`,
      data: { reason: 'run-as', run_as: runAs },
    }),
  );
}

/** The command that authorizes a text. */
export function authorizeCommand(name: string, digest: string): string {
  return `novacron workflow authorize ${name} --digest ${digest}`;
}

function noKey(workflow: string, name: string): Problem {
  return problem('forbidden', {
    detail: `The steps of ${workflow} would act as ${name}, which is not a valid API key.`,
    remedy:
      'Correct run_as in the text, or create the key (novacron api-key create), and have an ' +
      'admin authorize the text again.',
    data: { reason: 'run-as', run_as: name },
  });
}
