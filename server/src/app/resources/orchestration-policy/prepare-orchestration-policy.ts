/** Plans orchestration policies: a document is parsed and validated before anything is stored. */

import { canonicalJson, equalJson, type JsonObject } from '@novacron/contract/json';
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import {
  ORCHESTRATION_POLICY_FIELDS,
  OrchestrationPolicySpec,
} from '@novacron/contract/kinds/orchestration-policy/fields';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import { findPolicyConflicts } from '@novacron/engine/automation/orchestration/find-policy-conflicts';
import { readPolicy } from '@novacron/engine/automation/orchestration/parse/read-policies';
import type { LocatedFault } from '@novacron/engine/yaml-documents';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { chargeTenant, checkQuota, refundTenant } from '../../access/quota/tenant-quota.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { findToChange } from '../../kernel/resource-rows/find-resource.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  newResourceRow,
  requireSame,
} from '../../kernel/resource-rows/new-row.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { verifyPolicyIntegrity } from '../../policy/decide/verify-policy-integrity.ts';
import { acceptPolicy } from '../../policy/signing/accept-policy.ts';
import { desiredIfReadable, desiredOf } from '../../rows/answer-resource.ts';
import {
  dropAllVersions,
  keepVersion,
  readVersions,
  versionOf,
} from '../../rows/policy-versions.ts';
import { policyNameTaken, replan } from '../../rows/resource-problems.ts';
import { isReadable, partColumns, policyOf } from '../../rows/stored-policies.ts';
import type { Prepare, WriteScope } from '../scope.ts';
import { describeIgnoringGroups } from '../vm-group/policies-of-groups.ts';
import { refuseAuthor } from './check-author.ts';
import { CUSTOM_OPERATIONS } from './custom-operations.ts';
import { refuseWebhookHost } from './webhook-hosts.ts';

const ONE = { policies: 1 } as const;

/** Plans a new policy. */
export const prepareOrchestrationPolicyCreate: Prepare<
  ParsedInputOf<'orchestration_policy.create'>
> = async (sent, scope) => {
  const input = withText(sent);
  const spec = OrchestrationPolicySpec.parse(fillDefaults(ORCHESTRATION_POLICY_FIELDS, input));
  const checked = await check(spec, undefined, scope);
  if (!checked.ok) return checked;
  const { policy, notices } = checked.value;
  const beyond = await refuseAuthor(policy, scope);
  if (beyond !== undefined) return err([beyond]);
  const id = scope.deps.ids.next('orc');
  const { name } = policy.metadata;
  const desired = spec;
  const text = { tenantId: scope.context.principal.tenantId, policyId: id, version: 1, desired };
  const accepted = await acceptPolicy(scope.deps, policy, text);
  if (!accepted.ok) return err([accepted.error]);
  const row: PolicyRow = {
    ...newResourceRow(scope, { id, name, desired, observed: observedOf(policy, 1), busy: 'no' }),
    ...columnsOf(spec, policy, accepted.value.compiledJson),
    author_role: scope.context.principal.role,
  };
  return ok({
    placement: null,
    resourceKind: 'orchestration_policy',
    target: { id, name },
    before: null,
    wanted: desired,
    notices,
    saga: reserveOnly([
      {
        kind: 'insert',
        into: 'orchestration_policies',
        row,
        otherwise: replan(`The name ${name}`),
      },
      ...accepted.value.guards,
      ...keepVersion([], row, scope.nowMs),
      ...chargeTenant(row.tenant_id, ONE),
    ]),
  });
};

/** Plans a change of a policy; a changed document is a new version. */
export const prepareOrchestrationPolicyUpdate: Prepare<
  ParsedInputOf<'orchestration_policy.update'>
> = async (sent, scope) => {
  const input = withText(sent);
  const current = await findToChange('orchestration_policy', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const before = desiredOf(row);
  const merged = mergeFields(before, input, ORCHESTRATION_POLICY_FIELDS);
  const spec = OrchestrationPolicySpec.parse(merged);
  const doubt = await verifyPolicyIntegrity(row, scope, {
    text: input.document,
    enabled: spec.enabled,
  });
  if (doubt.kind === 'refused') return err([doubt.problem]);
  const checked = await check(spec, row, scope);
  if (!checked.ok) return checked;
  const { policy, notices } = checked.value;
  // A caller who only disables a policy, or sends what it is, starts nothing with it.
  const isAuthor =
    before.document !== spec.document ||
    (spec.enabled && before.enabled !== true) ||
    doubt.kind === 'mend';
  const beyond = isAuthor ? await refuseAuthor(policy, scope) : undefined;
  if (beyond !== undefined) return err([beyond]);
  const { name } = policy.metadata;
  const desired = spec;
  const same = equalJson(policy, policyOf(row));
  const version = versionOf(row) + (same ? 0 : 1);
  const text = { tenantId: row.tenant_id, policyId: row.id, version, desired };
  const accepted = await acceptPolicy(scope.deps, policy, text);
  if (!accepted.ok) return err([accepted.error]);
  const set = {
    ...changedColumns(row, scope, { name, desired, busy: 'no' }),
    observed_json: canonicalJson(observedOf(policy, version)),
    ...columnsOf(
      spec,
      policy,
      doubt.kind === 'leave' ? row.compiled_json : accepted.value.compiledJson,
    ),
    author_role: isAuthor ? scope.context.principal.role : row.author_role,
  };
  const kept = await readVersions(scope.deps.store, row);
  return ok({
    placement: null,
    respelled: same && before.document !== spec.document ? ['document'] : [],
    resourceKind: 'orchestration_policy',
    target: { id: row.id, name },
    before,
    wanted: desired,
    notices,
    saga: reserveOnly(
      equalJson(before, desired) && doubt.kind === 'none'
        ? [requireSame('orchestration_policy', row)]
        : [
            changeIdle('orchestration_policy', row, set),
            ...accepted.value.guards,
            ...keepVersion(kept, { ...row, ...set }, scope.nowMs),
          ],
    ),
  });
};

/**
 * The input with its document as text. An object becomes canonical JSON, so that equal objects are
 * one text, whatever the order of their keys.
 */
function withText<Input extends { readonly document?: string | JsonObject | undefined }>(
  input: Input,
): Omit<Input, 'document'> & { readonly document?: string } {
  const { document, ...others } = input;
  if (document === undefined) return others;
  return { ...others, document: typeof document === 'string' ? document : canonicalJson(document) };
}

/** Plans enabling a policy. */
export const prepareOrchestrationPolicyEnable: Prepare<
  ParsedInputOf<'orchestration_policy.enable'>
> = (input, scope) => prepareOrchestrationPolicyUpdate({ ...input, enabled: true }, scope);

/** Plans disabling a policy. */
export const prepareOrchestrationPolicyDisable: Prepare<
  ParsedInputOf<'orchestration_policy.disable'>
> = (input, scope) => prepareOrchestrationPolicyUpdate({ ...input, enabled: false }, scope);

/** Plans the deletion of a policy. */
export const prepareOrchestrationPolicyDelete: Prepare<
  ParsedInputOf<'orchestration_policy.delete'>
> = async (input, scope) => {
  const current = await findToChange('orchestration_policy', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const prepared: PreparedWrite = {
    placement: null,
    resourceKind: 'orchestration_policy',
    target: { id: row.id, name: row.name },
    before: desiredIfReadable(row),
    wanted: null,
    saga: reserveOnly([
      {
        kind: 'delete',
        from: 'orchestration_policies',
        id: row.id,
        expect: { revision: row.revision },
        otherwise: replan(`The orchestration policy ${row.name}`),
      },
      ...(await dropAllVersions(scope.deps.store, row.id)),
      { kind: 'drop', from: 'baselines', id: row.id },
      ...refundTenant(row.tenant_id, ONE),
    ]),
  };
  return ok(prepared);
};

function observedOf({ metadata, spec }: OrchestrationPolicy, version: number): JsonObject {
  return { ...metadata, priority: spec.priority, version };
}

function columnsOf(
  spec: OrchestrationPolicySpec,
  policy: OrchestrationPolicy,
  compiled_json: string,
) {
  const steers = spec.enabled ? 1 : 0;
  return { enabled: 0, steers, compiled_json, ...partColumns(policy) };
}

interface Checked {
  readonly policy: OrchestrationPolicy;
  readonly notices: readonly string[];
}

async function check(
  spec: OrchestrationPolicySpec,
  row: PolicyRow | undefined,
  { deps, context }: WriteScope,
): Promise<Result<Checked, readonly Problem[]>> {
  const read = readOne(spec.document);
  if (!read.ok) return err([read.error]);
  const policy = read.value;
  const { tenantId } = context.principal;
  const own = { tenant_id: tenantId, id: { not: row?.id ?? '' } } as const;
  const { holders, others, quotas } = await deps.store.snapshot({
    holders: {
      from: 'orchestration_policies',
      where: { ...own, name: policy.metadata.name },
      damaged: 'blank',
    },
    others: { from: 'orchestration_policies', where: { ...own, steers: 1 }, damaged: 'blank' },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const quota = row === undefined ? checkQuota(quotas[0], ONE) : undefined;
  const problems = [...holders.map(policyNameTaken), ...(quota === undefined ? [] : [quota])];
  if (problems.length > 0) return err(problems);
  // An accepted policy can be disabled even if the settings would refuse it now.
  const isAsked = spec.enabled || row === undefined || desiredOf(row).document !== spec.document;
  const refused = isAsked ? refuseActions(policy, deps.settings.webhookHosts) : undefined;
  if (refused !== undefined) return err([refused]);
  const notices = spec.enabled
    ? [
        ...findPolicyConflicts(policy, others.filter(isReadable).map(policyOf)),
        ...(await describeIgnoringGroups(policy, { deps, context })),
      ]
    : [];
  return ok({ policy, notices });
}

/**
 * A document with parts that can never take effect is refused, so that users do not rely on them.
 */
function refuseActions(
  { spec }: OrchestrationPolicy,
  webhookHosts: readonly string[],
): Problem | undefined {
  const faults = spec.rules.flatMap(({ name, actions }) =>
    actions.flatMap(({ type, parameters }) => {
      if (type === 'webhook') {
        const refused = refuseWebhookHost(parameters.url, webhookHosts);
        return refused === undefined ? [] : [`rule ${name}: ${refused}`];
      }
      if (type !== 'custom' || CUSTOM_OPERATIONS.some((name) => name === parameters.operation))
        return [];
      return [`rule ${name}: ${parameters.operation} is not for custom actions`];
    }),
  );
  if (faults.length === 0) return undefined;
  const known = CUSTOM_OPERATIONS.join(', ');
  return problem('validation-failed', {
    detail: `The policy has actions that this server does not run: ${faults.join('; ')}.`,
    remedy:
      'The operators of the server list the hosts of webhooks in its setting webhook-hosts; ' +
      `custom actions can name ${known}.`,
    fields: faults.map((message) => ({ path: ['document'], message })),
  });
}

/** Parses the policy of a document; every error has its line and column. */
function readOne(document: string): Result<OrchestrationPolicy, Problem> {
  const read = readPolicy(document);
  return read.ok ? read : err(invalidDocument(read.error));
}

/** The problem of a document with mistakes. */
export function invalidDocument(mistakes: readonly LocatedFault[]): Problem {
  const faults = mistakes.map(({ line, column, path, message }) => {
    const where = path.slice(1).join('.');
    const subject = where === '' ? '' : `${where} `;
    return `line ${line}, column ${column}: ${subject}${message}`;
  });
  const rest = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return problem('validation-failed', {
    detail: `The document is not valid: ${faults[0]}${rest}.`,
    remedy: 'Correct what errors lists; docs/reference/orchestration.md describes the forms.',
    fields: faults.map((message) => ({ path: ['document'], message })),
  });
}
