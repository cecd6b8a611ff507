/** Plans policies: the rule is compiled before anything is stored. */

import { POLICY_FIELDS, PolicySpec } from '@novacron/contract/kinds/policy/policy';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { judgedBy } from '@novacron/contract/policy-input/judged-input';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import { findNoRule, type TrialFault } from '@novacron/engine/policy/rules/judge-trial';
import type { CompiledRule, RuleInspection, RuleNotice } from '../../../ports/policy-runtime.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { chargeTenant, checkQuota, refundTenant } from '../../access/quota/tenant-quota.ts';
import { refusePolicyScope } from '../../access/tenants/tenant-access.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { findToChange } from '../../kernel/resource-rows/find-resource.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  newResourceRow,
  requireSame,
} from '../../kernel/resource-rows/new-row.ts';
import { checkDataOf } from '../../policy/data/check-data-of-policy.ts';
import { type Trial, tryPolicy } from '../../policy/decide/try-policy.ts';
import {
  refuseVersion,
  verifyPolicyIntegrity,
} from '../../policy/decide/verify-policy-integrity.ts';
import { acceptPolicy, authorRuleOf, checkAuthor } from '../../policy/signing/accept-policy.ts';
import { desiredAs, desiredIfReadable, desiredOf } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import {
  activeFromMs,
  dropAllVersions,
  keepVersion,
  readReadableVersions,
  versionOf,
} from '../../rows/policy-versions.ts';
import { policyNameTaken, replan } from '../../rows/resource-problems.ts';
import type { Prepare, WriteScope } from '../scope.ts';
import { refuseStandard } from './limit-standards.ts';
import { findUnknownAction } from './policy-actions.ts';
import { noVersion } from './read-policy-versions.ts';

const ONE = { policies: 1 } as const;

/** Plans a new policy. */
export const preparePolicyCreate: Prepare<ParsedInputOf<'policy.create'>> = async (
  input,
  scope,
) => {
  const spec = PolicySpec.parse(fillDefaults(POLICY_FIELDS, input));
  const checked = await check(spec, undefined, scope);
  if (!checked.ok) return checked;
  const { compiled } = checked.value;
  const tried = await tryBefore(scope, { spec, compiled, id: null, version: 1 });
  if (!tried.ok) return tried;
  const id = scope.deps.ids.next('pol');
  const desired = spec;
  const observed = observedFields(compiled, 1);
  const text = { tenantId: scope.context.principal.tenantId, policyId: id, version: 1 };
  const accepted = await acceptPolicy(scope.deps, compiled, { ...text, desired });
  if (!accepted.ok) return err([accepted.error]);
  const row: PolicyRow = {
    ...newResourceRow(scope, { id, name: spec.name, desired, observed, busy: 'no' }),
    enabled: spec.enabled ? 1 : 0,
    compiled_json: accepted.value.compiledJson,
    steers: null,
    selector: null,
    rules: null,
    priority: null,
    author_role: null,
  };
  return ok({
    resourceKind: 'policy',
    target: { id, name: spec.name },
    before: null,
    wanted: desired,
    placement: null,
    notices: [...mismatchesOf(checked.value), ...tried.value],
    saga: reserveOnly([
      {
        kind: 'insert',
        into: 'orchestration_policies',
        row,
        otherwise: replan(`The name ${spec.name}`),
      },
      ...accepted.value.guards,
      ...keepVersion([], row, scope.nowMs),
      ...chargeTenant(row.tenant_id, ONE),
    ]),
  });
};

/** Plans a change of a policy; a new rule text is a new version. */
export const preparePolicyUpdate: Prepare<ParsedInputOf<'policy.update'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('policy', input, scope);
  if (!current.ok) return err([current.error]);
  return prepareChange({ row: current.value, input }, scope);
};

/** A change of a policy. */
interface PolicyChange {
  readonly row: PolicyRow;
  readonly input: Omit<ParsedInputOf<'policy.update'>, 'id' | 'if_revision'>;
}

/** Another text is a new version. */
async function prepareChange(
  { row, input }: PolicyChange,
  scope: WriteScope,
): Promise<Awaited<ReturnType<Prepare<never>>>> {
  const before = desiredOf(row);
  const after = PolicySpec.parse(mergeFields(before, input, POLICY_FIELDS));
  const doubt = await verifyPolicyIntegrity(row, scope, {
    text: input.rule,
    enabled: after.enabled,
  });
  if (doubt.kind === 'refused') return err([doubt.problem]);
  const wanted = after;
  const changed = changedFields(before, wanted);
  const checked = await check(after, row, scope);
  if (!checked.ok) return checked;
  const { compiled } = checked.value;
  const isVersion = changed.rule !== undefined;
  const version = versionOf(row) + (isVersion ? 1 : 0);
  const trial = { spec: after, compiled, id: row.id, version };
  const isTried = isVersion || mayDecideOtherwise(changed, after);
  const tried = isTried ? await tryBefore(scope, trial) : NOT_TRIED;
  if (!tried.ok) return tried;
  const text = { tenantId: row.tenant_id, policyId: row.id, version, desired: wanted };
  const accepted = await acceptPolicy(scope.deps, compiled, text);
  if (!accepted.ok) return err([accepted.error]);
  const set = {
    ...changedColumns(row, scope, { name: after.name, desired: wanted, busy: 'no' }),
    observed_json: JSON.stringify(observedFields(compiled, version)),
    enabled: after.enabled ? 1 : 0,
    compiled_json: doubt.kind === 'leave' ? row.compiled_json : accepted.value.compiledJson,
  };
  const { versions: kept, damaged } = await readReadableVersions(scope.deps.store, row);
  return ok({
    resourceKind: 'policy',
    target: { id: row.id, name: after.name },
    before,
    wanted,
    placement: null,
    notices: [...mismatchesOf(checked.value), ...tried.value, ...damaged.map(lost)],
    saga: reserveOnly(
      Object.keys(changed).length === 0 && doubt.kind === 'none'
        ? [requireSame('policy', row)]
        : [
            changeIdle('policy', row, set),
            ...accepted.value.guards,
            ...keepVersion(kept, { ...row, ...set }, scope.nowMs),
          ],
    ),
  });
}

function lost(version: number): string {
  return `version ${version} is damaged in the store and cannot be restored; the others can`;
}

function mismatchesOf({ inspection, undefinedData }: CheckedRule): readonly string[] {
  return [...inspection.mismatches.map(noticeAt), ...undefinedData];
}

function noticeAt({ row, column, message }: RuleNotice): string {
  return `line ${row}, column ${column} of the rule: ${message}`;
}

/** Returns the observed fields that answers show. */
function observedFields({ regoVersion }: CompiledRule, version: number) {
  return { rego_version: regoVersion, version };
}

/** Plans an earlier text as the next version of a policy; it takes effect at once. */
export const preparePolicyRollback: Prepare<ParsedInputOf<'policy.rollback'>> = async (
  { to_version, ...input },
  scope,
) => {
  const current = await findToChange('policy', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const { versions, damaged } = await readReadableVersions(scope.deps.store, row);
  if (damaged.includes(to_version)) return err([damagedVersion(row.name, to_version)]);
  const earlier = versions.find(({ version }) => version === to_version);
  if (earlier === undefined) return err([noVersion(row.name, versions, { to_version })]);
  const refused = await refuseVersion(earlier, row, scope);
  if (refused !== undefined) return err([refused]);
  const waits = (activeFromMs(desiredAs(row, PolicySpec)) ?? 0) > scope.nowMs;
  const change = { ...input, rule: earlier.rule, ...(waits ? { active_from: null } : {}) };
  return prepareChange({ row, input: change }, scope);
};

function damagedVersion(name: string, version: number): Problem {
  return problem('rule-invalid', {
    detail: `Version ${version} of ${name} is damaged in the store.`,
    remedy: 'Restore another version, or send the desired text with an update of the policy.',
    fields: [{ path: ['to_version'], message: 'is damaged in the store' }],
  });
}

/** Plans the deletion of a policy. */
export const preparePolicyDelete: Prepare<ParsedInputOf<'policy.delete'>> = async (
  input,
  scope,
) => {
  const current = await findToChange('policy', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  return ok({
    resourceKind: 'policy',
    target: { id: row.id, name: row.name },
    before: desiredIfReadable(row),
    wanted: null,
    placement: null,
    saga: reserveOnly([
      {
        kind: 'delete',
        from: 'orchestration_policies',
        id: row.id,
        expect: { revision: row.revision },
        otherwise: replan(`The policy ${row.name}`),
      },
      { kind: 'drop', from: 'baselines', id: row.id },
      ...(await dropAllVersions(scope.deps.store, row.id)),
      ...refundTenant(row.tenant_id, ONE),
    ]),
  });
};

const NOT_TRIED = ok([]);

/** Fields whose change makes a policy decide otherwise, or something else. */
const DECIDING_FIELDS = ['rule', 'type', 'actions', 'selector', 'scope'] as const;

/** A stored policy is tried again only for what is new, and never because it is switched off. */
function mayDecideOtherwise(changed: ReturnType<typeof changedFields>, after: PolicySpec): boolean {
  if (DECIDING_FIELDS.some((name) => changed[name] !== undefined)) return true;
  if (!after.enabled) return false;
  const isStricter = changed.enforcement_mode !== undefined && after.enforcement_mode === 'block';
  return changed.enabled !== undefined || isStricter;
}

/** Tries a policy; what is wrong with a disabled one is a notice until it is enabled. */
async function tryBefore(
  { deps, context }: WriteScope,
  trial: Trial,
): Promise<Result<readonly string[], readonly Problem[]>> {
  const tried = await tryPolicy(deps, context, trial);
  if (tried.ok) return tried;
  return trial.spec.enabled ? err([tried.error]) : ok([tried.error.detail]);
}

/** A rule as it is stored, and what its author should know. */
interface CheckedRule {
  readonly compiled: CompiledRule;
  readonly inspection: RuleInspection;
  /** Notices about data documents that it reads and the tenant does not have. */
  readonly undefinedData: readonly string[];
}

async function check(
  spec: PolicySpec,
  row: PolicyRow | undefined,
  scope: WriteScope,
): Promise<Result<CheckedRule, readonly Problem[]>> {
  const { tenantId } = scope.context.principal;
  const { holders, quotas, tenants } = await scope.deps.store.snapshot({
    tenants: { from: 'tenants', where: { id: tenantId } },
    holders: {
      from: 'orchestration_policies',
      where: { tenant_id: tenantId, name: spec.name, id: { not: row?.id ?? '' } },
      damaged: 'blank',
    },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const problems: Problem[] = [];
  const holder = holders[0];
  if (holder !== undefined) problems.push(policyNameTaken(holder));
  const quota = row === undefined ? checkQuota(quotas[0], ONE) : undefined;
  if (quota !== undefined) problems.push(quota);
  const outside = refusePolicyScope(tenants[0], spec.scope);
  if (outside !== undefined) problems.push(outside);
  const stranger = findUnknownAction(spec);
  if (stranger !== undefined) problems.push(stranger);
  const isAccepted = row !== undefined && (await wasAccepted(row, spec.rule, scope));
  const terms = { tenantId, isAccepted, judged: judgedBy(spec) };
  const compiled = await scope.deps.policies.compile(spec.rule, terms);
  if (row === undefined || desiredOf(row).rule !== spec.rule) {
    const mode = authorRuleOf(scope.deps, tenants[0]);
    const signatures = compiled.ok ? compiled.value.signatures : [];
    const signed = await checkAuthor(scope.deps, spec.rule, { tenantId, mode, signatures });
    if (!signed.ok) problems.push(signed.error);
  }
  if (!compiled.ok) return err([...problems, compiled.error]);
  const { inspection, ...rule } = compiled.value;
  const noRule = findNoRule(rule);
  if (noRule !== undefined) problems.push(answersNothing(rule, noRule));
  const crowded = await refuseStandard(scope, rule);
  if (crowded !== undefined) problems.push(crowded);
  const data = await checkDataOf(scope.deps, { tenantId, rule: spec.rule, compiled: rule });
  if (!data.ok) problems.push(data.error);
  if (problems.length > 0 || !data.ok) return err(problems);
  return ok({ compiled: rule, inspection, undefinedData: data.value });
}

/** Whether a text is one of the policy's versions, whose input may have had other names. */
async function wasAccepted(row: PolicyRow, rule: string, { deps }: WriteScope): Promise<boolean> {
  if (desiredOf(row).rule === rule) return true;
  const { versions } = await readReadableVersions(deps.store, row);
  return versions.some((version) => version.rule === rule);
}

function answersNothing(compiled: CompiledRule, { message }: TrialFault): Problem {
  const path = `data.${compiled.packageName}`;
  return problem('rule-invalid', {
    detail: `${message}.`,
    remedy: 'Define at least one of them; NovaCron reads these rules.',
    fields: [{ path: ['rule'], message: `${path} has no allow, deny, warn or violation` }],
  });
}
