/** Reads the workflows that a definition starts as steps, and those that these start. */
import { listNames } from '@novacron/contract/formats/list-names';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import {
  type CallingDefinition,
  checkCalls,
  listCalls,
  type WorkflowCall,
} from '@novacron/engine/automation/workflows/checks/check-calls';
import type { WorkflowVersionRow } from '../../../ports/tables/automation/workflow-rows.ts';
import { versionRowId } from '../../rows/policy-versions.ts';
import type { ResourceDeps } from '../deps.ts';
import { enableCommand } from './refuse-disabled.ts';
import { definitionOf } from './workflow-row.ts';

/** Workflows that one can lead to; more is a mistake, and each text takes a while to read. */
const CALLED_MAX = 100;

const NAMED_MAX = 5;

/** Workflows that a definition starts, directly or indirectly. */
export interface Called {
  /** The version of each workflow that it would start now, ordered by name and version. */
  readonly versions: readonly (WorkflowVersionRow & { readonly name: string })[];
  readonly definitions: readonly CallingDefinition[];
  /** Names, or NAME version N, that the tenant does not have. */
  readonly missing: readonly string[];
  /** Names of those that are disabled. */
  readonly disabled: readonly string[];
  readonly isCut: boolean;
}

type Version = Called['versions'][number] & { readonly enabled: number };

/** Reads them, level by level, as they are now. @throws damagedRow */
export async function readCalled(
  deps: Pick<ResourceDeps, 'store'>,
  tenantId: string,
  root: CallingDefinition,
): Promise<Called> {
  const versions = new Map<string, Version>();
  const definitions = [root];
  const missing = new Set<string>();
  const seen = new Set<string>();
  let turn = listCalls(root);
  while (turn.length > 0 && versions.size <= CALLED_MAX) {
    // What leads back to the root is found in the definitions that do: its text is known.
    const wanted = turn.filter((call) => call.name !== root.name && !seen.has(nameOf(call)));
    for (const call of wanted) seen.add(nameOf(call));
    const found = await readVersions(deps, tenantId, wanted);
    for (const call of wanted) if (!found.has(nameOf(call))) missing.add(nameOf(call));
    const more = [...found.values()].filter(({ id }) => !versions.has(id));
    for (const version of more) versions.set(version.id, version);
    const read = more.map((version) => definitionOf(version).definition);
    definitions.push(...read);
    turn = read.flatMap((each) => listCalls(each));
  }
  return {
    versions: [...versions.values()].toSorted((left, right) => (left.id < right.id ? -1 : 1)),
    definitions,
    missing: [...missing].toSorted(),
    disabled: disabledIn([...versions.values()]),
    isCut: versions.size > CALLED_MAX,
  };
}

function disabledIn(versions: readonly Version[]): readonly string[] {
  const names = versions.flatMap(({ name, enabled }) => (enabled === 1 ? [] : [name]));
  return [...new Set(names)].toSorted();
}

function nameOf({ name, version }: WorkflowCall): string {
  return version === undefined ? name : `${name} version ${version}`;
}

async function readVersions(
  { store }: Pick<ResourceDeps, 'store'>,
  tenant_id: string,
  calls: readonly WorkflowCall[],
): Promise<ReadonlyMap<string, Version>> {
  const found = new Map<string, Version>();
  if (calls.length === 0) return found;
  const names = { in: [...new Set(calls.map(({ name }) => name))] };
  const where = { tenant_id, name: names };
  const rows = await store.read({ from: 'workflows', where, damaged: 'blank' });
  const idOf = (call: WorkflowCall): string | undefined => {
    const row = rows.find(({ name }) => name === call.name);
    return row === undefined ? undefined : versionRowId(row.id, call.version ?? row.version);
  };
  const ids = calls.flatMap((call) => idOf(call) ?? []);
  const stored = await store.read({
    from: 'workflow_versions',
    where: { id: { in: ids } },
    damaged: 'blank',
  });
  for (const call of calls) {
    const version = stored.find(({ id }) => id === idOf(call));
    const enabled = rows.find(({ name }) => name === call.name)?.enabled ?? 1;
    if (version !== undefined) found.set(nameOf(call), { ...version, name: call.name, enabled });
  }
  return found;
}

/** Explains why a definition cannot start the workflows it names; undefined if it can. */
export function refuseCalls(name: string, called: Called): Problem | undefined {
  const { definitions, isCut } = called;
  const many = `leads to more than ${CALLED_MAX} workflows`;
  const why = isCut ? many : checkCalls(mergeByName(definitions));
  return why === undefined ? undefined : refusedCalls(name, why);
}

/**
 * Explains why a run cannot start all workflows it names; undefined if the tenant has all of them.
 */
export function refuseMissing(name: string, called: Called): Problem | undefined {
  const why = missingLine(called);
  return why === undefined ? undefined : refusedCalls(name, why);
}

/** Explains why a run cannot start all workflows it names; undefined if all of them are enabled. */
export function refuseDisabledCalls(name: string, { disabled }: Called): Problem | undefined {
  const [first] = disabled;
  if (first === undefined) return undefined;
  return problem('conflict', {
    detail:
      `${name} does not start: it would start ${listNames(disabled, NAMED_MAX)}, ` +
      'which people have disabled.',
    remedy: `Read it (novacron workflow show ${first}), then enable it: ${enableCommand(first)}.`,
    data: { reason: 'disabled' },
  });
}

/**
 * Lists the workflows that a definition starts and the tenant lacks; undefined if none is missing.
 */
export function missingLine({ missing }: Called): string | undefined {
  return missing.length === 0 ? undefined : noWorkflow(listNames(missing, NAMED_MAX));
}

/** Explains why a step cannot start a missing workflow. */
export function noWorkflow(names: string): string {
  return `the tenant has no workflow or runbook ${names}, which a step starts`;
}

/** Versions of one workflow count as one: neither may lead back. */
function mergeByName(definitions: readonly CallingDefinition[]): readonly CallingDefinition[] {
  const merged = new Map<string, CallingDefinition>();
  for (const { name, steps } of definitions) {
    merged.set(name, { name, steps: [...(merged.get(name)?.steps ?? []), ...steps] });
  }
  return [...merged.values()];
}

function refusedCalls(name: string, why: string): Problem {
  return problem('validation-failed', {
    detail: `${name} is refused: ${why}.`,
    remedy: 'Correct the steps that start workflows, or store what they start first.',
    fields: [{ path: ['text'], message: why }],
  });
}
