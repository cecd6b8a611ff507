/** Shows the versions of a policy's rule, and the differences between two of them. */
import { createHash } from 'node:crypto';
import type { DocumentVersion } from '@novacron/contract/kinds/orchestration-policy/fields';
import { PolicyVersion, type PolicyVersionState } from '@novacron/contract/kinds/policy/policy';
import {
  type PolicyVersionSignature,
  splitRule,
} from '@novacron/contract/kinds/policy/policy-signing';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { diffTexts } from '@novacron/engine/policy/diff-texts';
import type { PolicyVersionRow } from '../../../ports/tables/policy/policy-version-row.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listItems } from '../../kernel/lists/list-items.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { decidingVersion, readVersions } from '../../rows/policy-versions.ts';
import { signatureOf } from '../../rows/sign-text.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { ResourceDeps } from '../deps.ts';

/** Lists the versions of a policy, oldest first. */
export async function listPolicyVersions(
  deps: ResourceDeps,
  input: ParsedInputOf<'policy.versions'>,
  context: CallContext,
): Promise<Result<Page<PolicyVersion>, Problem>> {
  const found = await findVersions(deps, input.id, context);
  if (!found.ok) return found;
  const { versions } = found.value;
  const deciding = decidingVersion(versions, deps.clock.nowMs())?.version ?? 0;
  // There are few, and the deciding one can only be determined from all of them.
  const all = versions.map((row) => ({ id: row.id, ...toVersion(row, deciding) }));
  const nowMs = deps.clock.nowMs();
  const page = listItems({ operation: 'policy.versions', input, nowMs }, all);
  return page.ok ? ok(mapPage(page.value, ({ id: _row, ...version }) => version)) : page;
}

/** Lists the documents of an orchestration policy, oldest first. */
export async function listDocumentVersions(
  { store, clock }: ResourceDeps,
  input: ParsedInputOf<'orchestration_policy.versions'>,
  { principal }: CallContext,
): Promise<Result<Page<DocumentVersion>, Problem>> {
  const key = { tenantId: principal.tenantId, id: input.id };
  const found = await findResource(store, 'orchestration_policy', key);
  if (!found.ok) return found;
  const versions = await readVersions(store, found.value);
  const all = versions.map((row) => ({
    id: row.id,
    version: row.version,
    document: row.rule,
    created_by: row.created_by,
    created_at: toTimestamp(row.created_at_ms),
    signature: signatureOfVersion(row),
  }));
  const nowMs = clock.nowMs();
  const page = listItems({ operation: 'orchestration_policy.versions', input, nowMs }, all);
  return page.ok ? ok(mapPage(page.value, ({ id: _row, ...version }) => version)) : page;
}

/** Compares two versions of a policy. */
export async function diffPolicyVersions(
  deps: ResourceDeps,
  input: ParsedInputOf<'policy.diff'>,
  context: CallContext,
): Promise<Result<{ readonly text: string }, Problem>> {
  const found = await findVersions(deps, input.id, context);
  if (!found.ok) return found;
  const { name, versions } = found.value;
  const to = input.to_version ?? versions.at(-1)?.version ?? 1;
  const after = versions.find(({ version }) => version === to);
  if (after === undefined) return err(noVersion(name, versions, { to_version: to }));
  const from = input.from_version;
  const before =
    from === undefined
      ? versions.findLast(({ version }) => version < to)
      : versions.find(({ version }) => version === from);
  if (before === undefined && from !== undefined) {
    return err(noVersion(name, versions, { from_version: from }));
  }
  const diff = diffTexts(before?.rule ?? '', after.rule);
  const names = [before === undefined ? '/dev/null' : title(name, before), title(name, after)];
  return ok({ text: diff === '' ? '' : `--- ${names[0]}\n+++ ${names[1]}\n${diff}` });
}

/** The policy has no version with this number. */
export function noVersion(
  name: string,
  versions: readonly PolicyVersionRow[],
  asked: Readonly<Record<string, number>>,
): Problem {
  const [field = '', version] = Object.entries(asked)[0] ?? [];
  const kept = versions.map((each) => each.version).join(', ');
  return problem('not-found', {
    detail: `The policy ${JSON.stringify(name)} has no version ${version}; it has ${kept}.`,
    remedy: 'List its versions with `novacron policy versions`, and name one of them.',
    fields: [{ path: [field], message: 'is not a version of this policy' }],
  });
}

async function findVersions({ store }: ResourceDeps, id: string, { principal }: CallContext) {
  const found = await findResource(store, 'policy', { tenantId: principal.tenantId, id });
  if (!found.ok) return found;
  return ok({ name: found.value.name, versions: await readVersions(store, found.value) });
}

function toVersion(row: PolicyVersionRow, deciding: number): PolicyVersion {
  return PolicyVersion.parse({
    version: row.version,
    state: stateOf(row, deciding),
    sha256: createHash('sha256').update(row.rule).digest('hex'),
    rego_version: JSON.parse(row.compiled_json).regoVersion,
    active_from: row.active_from_ms === null ? null : toTimestamp(row.active_from_ms),
    signature: signatureOfVersion(row),
    author_key: authorKeyOf(row.rule),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
  });
}

function signatureOfVersion(row: PolicyVersionRow): PolicyVersionSignature | null {
  return signatureOf(row.compiled_json, {
    tenantId: row.tenant_id,
    policyId: row.policy_id,
    version: row.version,
    rule: row.rule,
  });
}

function authorKeyOf(rule: string): string | null {
  const { signature } = splitRule(rule);
  return typeof signature === 'object' ? signature.key : null;
}

function stateOf({ version }: PolicyVersionRow, deciding: number): PolicyVersionState {
  if (version === deciding) return 'decides';
  return version > deciding ? 'waits' : 'earlier';
}

function title(name: string, { version, created_by, created_at_ms }: PolicyVersionRow): string {
  return `${name} version ${version} (${created_by}, ${toTimestamp(created_at_ms)})`;
}
