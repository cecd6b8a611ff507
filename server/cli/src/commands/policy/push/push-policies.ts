/** `novacron policy push`: makes a server's policies what a directory says. */

import { equalJson } from '@novacron/contract/json';
import { Policy } from '@novacron/contract/kinds/policy/policy';
import { ok, type Result } from '@novacron/contract/result';
import { listAll } from '../../../client/list-all.ts';
import { callOperation, type Session } from '../../../client/session.ts';
import type { Failure } from '../../../failures/failure.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import type { Fields } from '../../../output/fields.ts';
import {
  type FilePolicy,
  policyFields,
  readFilePolicies,
  saidFields,
} from '../files/read-file-policies.ts';
import {
  isOrchestrationFile,
  planOrchestration,
  pushOrchestrationFile,
} from './push-orchestration.ts';

/** Policies to push. */
export interface PushRequest {
  readonly paths: readonly string[];
  /** Whether the server is changed, or the changes are only shown. */
  readonly mode: 'write' | 'dry-run';
}

type Step = {
  readonly action: 'create' | 'update' | 'none';
  readonly policy: FilePolicy;
  readonly id: string | undefined;
  readonly changed: readonly string[];
};

/**
 * Creates and updates policies by name, those in Rego and then orchestration policies, which are in
 * YAML or JSON; others of the server are left alone. All files are read before anything is
 * written. The orchestration policies of a file are stored together or not at all. Failures: wrong
 * usage, mistakes in a head, and every problem of the server, at the first that has one.
 */
export async function pushPolicies(session: Session, request: PushRequest): Promise<Outcome> {
  const texts = request.paths.filter((path) => !isOrchestrationFile(path));
  const rego = await planRego(session, texts);
  if (!rego.ok) return { failure: rego.error };
  const orchestration = await planOrchestration(
    session,
    request.paths.filter((path) => isOrchestrationFile(path)),
  );
  if (!orchestration.ok) return { failure: orchestration.error };
  if (request.mode === 'dry-run') {
    return outcomeOf([...rego.value, ...orchestration.value], request.mode);
  }
  const done: Shown[] = [];
  for (const step of rego.value) {
    const written = await carryOut(session, step);
    if (!written.ok) return { ...outcomeOf(done, 'write'), failure: written.error };
    done.push(step);
  }
  const files = new Set(orchestration.value.map(({ policy }) => policy.file));
  for (const file of files) {
    const steps = orchestration.value.filter(({ policy }) => policy.file === file);
    const pushed = await pushOrchestrationFile(session, steps);
    if (!pushed.ok) return { ...outcomeOf(done, 'write'), failure: pushed.error };
    done.push(...steps);
  }
  return outcomeOf(done, 'write');
}

/** Part of a step that the report shows. */
type Shown = Pick<Step, 'action' | 'changed'> & {
  readonly policy: { readonly name: string; readonly file: string };
};

async function planRego(
  session: Session,
  paths: readonly string[],
): Promise<Result<readonly Step[], Failure>> {
  if (paths.length === 0) return ok([]);
  const wanted = await readFilePolicies(session, paths);
  if (!wanted.ok) return wanted;
  const listed = await listAll(session, { operation: 'policy.list', input: {} });
  if (!listed.ok) return listed;
  const known = new Map(listed.value.map((item) => [String(item.name), item]));
  return ok(wanted.value.map((policy) => stepOf(policy, known.get(policy.name))));
}

function stepOf(policy: FilePolicy, found: Fields | undefined): Step {
  if (found === undefined) return { action: 'create', policy, id: undefined, changed: [] };
  const known = Policy.parse(found);
  const changed = Object.entries(policyFields(policy))
    .filter(([field, value]) => !equalJson(known[field] ?? null, value))
    .map(([field]) => field);
  return { action: changed.length > 0 ? 'update' : 'none', policy, id: known.id, changed };
}

async function carryOut(session: Session, step: Step): Promise<Result<unknown, Failure>> {
  const { action, policy, id, changed } = step;
  if (action === 'none') return ok(undefined);
  if (action === 'create') return callOperation(session, 'policy.create', saidFields(policy));
  const fields = Object.entries(policyFields(policy)).filter(([field]) => changed.includes(field));
  return callOperation(session, 'policy.update', { id, ...Object.fromEntries(fields) });
}

function outcomeOf(steps: readonly Shown[], mode: PushRequest['mode']): Outcome {
  const value = steps.map(({ action, policy, changed }) => ({
    name: policy.name,
    file: policy.file,
    action,
    changed,
  }));
  const lines = steps.flatMap(({ action, policy, changed }) =>
    action === 'none' ? [] : [`${action}: ${policy.name}${whatOf(changed)}\n`],
  );
  const count = lines.length;
  const verb = mode === 'write' ? 'changed' : 'to change';
  const text = `${lines.join('')}${count} ${verb}, ${steps.length - count} unchanged\n`;
  return { document: { kind: 'report', value, text } };
}

function whatOf(changed: readonly string[]): string {
  return changed.length === 0 ? '' : ` (${changed.join(', ')})`;
}
