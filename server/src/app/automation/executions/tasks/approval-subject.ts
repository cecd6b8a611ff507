/** What an approval of an execution is about: its targets, and the digest of all of it. */
import { hash } from 'node:crypto';
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { canonicalJson, isRecord, type Json } from '@novacron/contract/json';
import {
  listTargets,
  type Target,
} from '@novacron/engine/automation/workflows/approval/list-targets';
import { listCalls } from '@novacron/engine/automation/workflows/checks/check-calls';
import type { RunValues } from '@novacron/engine/automation/workflows/resolve/resolve-step';
import type { ApprovalRow } from '../../../../ports/tables/access/approval-row.ts';
import type { Tables } from '../../../../ports/tables/tables.ts';
import { detailsOf, subjectOf } from '../../../access/approvals/stored-approval.ts';
import type {
  ExecutionPlan,
  OperationDefinition,
  PinnedSecret,
} from '../../../kernel/definitions/operation-definition.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { type Called, readCalled } from '../../../resources/workflow/read-called.ts';
import { savedOf, stepsOf, valuesOf } from './run-values.ts';

/** Describes the effect of the steps behind an approval, with its digest. */
export async function questionOf(
  deps: Pick<CapabilityDeps, 'store'>,
  definition: OperationDefinition,
  { execution, step, values, tenantId }: QuestionParts,
): Promise<Question> {
  const { workflowId, version, digest, inputs, secrets = [] } = execution;
  const steps = stepsOf(definition);
  const known = listTargets(steps, step, values);
  const behind = steps.filter(({ id }) => known.some((target) => target.step === id));
  const called = await readCalledBehind(deps, tenantId, behind);
  const targets = known.map((target) => withCalled(withVersions(target, secrets), called));
  const asked = {
    workflow_id: workflowId,
    version,
    text: digest,
    inputs,
    step,
    targets,
    // Also those of what takes steps back; the id, since a name can become another secret's.
    ...(secrets.length === 0 ? {} : { secrets: secrets.map((each) => ({ ...each })) }),
    ...(called.length === 0
      ? {}
      : { workflows: called.map(({ name, version: at, digest: text }) => ({ name, at, text })) }),
  };
  return { targets, digest: hash('sha256', canonicalJson(asked), 'hex'), called };
}

/** Subject that approvers vote on. */
interface Question {
  readonly targets: readonly Target[];
  readonly digest: string;
  /** The versions of the workflows that the steps behind it start, however deep. */
  readonly called: Called['versions'];
}

async function readCalledBehind(
  deps: Pick<CapabilityDeps, 'store'>,
  tenantId: string,
  steps: readonly AutomationStep[],
): Promise<Called['versions']> {
  if (listCalls({ steps }).length === 0) return [];
  // No workflow has an empty name: all that it leads to is read.
  return (await readCalled(deps, tenantId, { name: '', steps })).versions;
}

/** People see which version of a workflow a step starts. */
function withCalled(target: Target, called: Called['versions']): Target {
  const { workflow, version: pinned } = target.action;
  if (workflow === undefined || pinned !== undefined) return target;
  const found = called.findLast(({ name }) => name === workflow);
  if (found === undefined) return target;
  return { ...target, action: { ...target.action, version: found.version } };
}

/** People see which version of a secret a request gets. */
function withVersions(target: Target, pins: readonly PinnedSecret[]): Target {
  const { secrets } = target.action;
  if (!isRecord(secrets)) return target;
  const shown = Object.entries(secrets).map(([key, secret]): [string, Json] => {
    const pin = pins.find((each) => each.secret === secret);
    return [key, pin === undefined ? null : `${pin.name}@${pin.version}`];
  });
  return { ...target, action: { ...target.action, secrets: Object.fromEntries(shown) } };
}

interface QuestionParts {
  readonly execution: ExecutionPlan;
  readonly step: string;
  readonly values: RunValues;
  readonly tenantId: string;
}

/** Makes the digest of what an approval of an execution would be about now. */
export async function digestOf(
  deps: Pick<CapabilityDeps, 'store' | 'definitions'>,
  approval: Pick<ApprovalRow, 'details_json'>,
  row: Tables['operations'],
  done: readonly Tables['execution_steps'][],
): Promise<string | undefined> {
  const definition = deps.definitions.read(row);
  const { execution } = definition;
  if (execution === undefined) return undefined;
  const step = String(detailsOf(approval).step);
  const where = { execution_id: row.id };
  const artifacts = await deps.store.read({ from: 'execution_artifacts', where });
  const values = {
    ...valuesOf(row.id, definition, done),
    artifacts: savedOf(done, artifacts),
  };
  const { tenant_id: tenantId } = row;
  return (await questionOf(deps, definition, { execution, step, values, tenantId })).digest;
}

/** The ids of the steps that wait for an approval. */
export function targetsOf(approval: ApprovalRow): readonly string[] {
  const { targets } = subjectOf(approval).shown;
  if (!Array.isArray(targets)) return [];
  return targets.flatMap((target) => (isRecord(target) ? [String(target.step)] : []));
}
