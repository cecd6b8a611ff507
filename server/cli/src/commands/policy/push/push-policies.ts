/** `novacron policy push`: makes a server's policies what a directory says. */

import { equalJson } from '@novacron/contract/json';
import { Policy } from '@novacron/contract/kinds/policy/policy';
import { err, ok, type Result } from '@novacron/contract/result';
import { readBundle } from '@novacron/rego/read-bundle';
import type { RegoResult } from '@novacron/rego/syntax/rego-problem';
import { listAll } from '../../../client/list-all.ts';
import { callOperation, type Session } from '../../../client/session.ts';
import { type Failure, findingsFailure, usageFailure } from '../../../failures/failure.ts';
import { explainFileTrouble } from '../../../io/explain-file-trouble.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import type { Fields } from '../../../output/fields.ts';
import { problemLine } from '../files/problem-line.ts';
import { isTestFile, readRegoBundles } from '../files/read-policies.ts';
import { type PolicyHead, readBundleHead, readPolicyHead } from '../files/read-policy-head.ts';
import {
  isOrchestrationFile,
  planOrchestration,
  pushOrchestrationFile,
} from './push-orchestration.ts';

/** What to push. */
export interface PushRequest {
  readonly paths: readonly string[];
  /** Whether the server is changed, or the changes are only shown. */
  readonly mode: 'write' | 'dry-run';
}

type Wanted = PolicyHead & { readonly rule: string; readonly file: string };
type Step = {
  readonly action: 'create' | 'update' | 'none';
  readonly policy: Wanted;
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
    if (pushed.stored === 'each') session.io.stderr.write(EACH_TEXT);
    done.push(...pushed.done);
    if (pushed.failure !== undefined) {
      return { ...outcomeOf(done, 'write'), failure: pushed.failure };
    }
  }
  return outcomeOf(done, 'write');
}

const EACH_TEXT =
  'The server is of an earlier release and stores the policies of a file one by one: a failure ' +
  'leaves those before it stored.\n';

/** What the report says of a policy. */
type Shown = Pick<Step, 'action' | 'changed'> & {
  readonly policy: { readonly name: string; readonly file: string };
};

async function planRego(
  session: Session,
  paths: readonly string[],
): Promise<Result<readonly Step[], Failure>> {
  if (paths.length === 0) return ok([]);
  const wanted = await readWanted(session, paths);
  if (!wanted.ok) return wanted;
  const listed = await listAll(session, { operation: 'policy.list', input: {} });
  if (!listed.ok) return listed;
  const known = new Map(listed.value.map((item) => [String(item.name), item]));
  return ok(wanted.value.map((policy) => stepOf(policy, known.get(policy.name))));
}

async function readWanted(
  session: Session,
  paths: readonly string[],
): Promise<Result<readonly Wanted[], Failure>> {
  const isArchive = (path: string): boolean => path.endsWith('.tar.gz');
  const places = paths.filter((path) => !isArchive(path));
  const texts = places.length === 0 ? ok([]) : await readTexts(session, places);
  if (!texts.ok) return texts;
  const found: (Head | Failure)[] = [...texts.value];
  for (const path of paths.filter(isArchive)) found.push(await readArchive(session, path));
  const wanted = new Map<string, Wanted>();
  for (const each of found) {
    if (!('head' in each)) return err(each);
    const { head, ...text } = each;
    if (!head.ok) return err(findingsFailure(head.error.map(problemLine).join('').trim()));
    const other = wanted.get(head.value.name);
    if (other !== undefined) {
      const both = `${other.file} and ${text.file}`;
      return err(
        usageFailure(`${both} are both named ${head.value.name}; change the title of one`),
      );
    }
    wanted.set(head.value.name, { ...head.value, ...text });
  }
  return ok([...wanted.values()]);
}

interface Head {
  readonly head: RegoResult<PolicyHead>;
  readonly rule: string;
  readonly file: string;
}

async function readTexts(
  session: Session,
  places: readonly string[],
): Promise<Result<readonly Head[], Failure>> {
  const bundles = await readRegoBundles(session.io, places, 'together');
  if (!bundles.ok) return bundles;
  const texts = Object.entries(bundles.value[0]?.modules ?? {});
  const policies = texts.filter(([file]) => !isTestFile(file));
  return ok(policies.map(([file, rule]) => ({ head: readPolicyHead(rule, file), rule, file })));
}

/** A bundle that OPA built goes to the server as it is. */
async function readArchive({ io }: Session, file: string): Promise<Head | Failure> {
  try {
    const bytes = await io.readBytes(file);
    const bundle = readBundle(bytes);
    if (!bundle.ok) return findingsFailure(`${file}: ${bundle.message}`);
    const rule = Buffer.from(bytes).toString('base64');
    return { head: readBundleHead(bundle.value.metadata, file), rule, file };
  } catch (cause) {
    return usageFailure(`cannot read a bundle from ${file}: ${explainFileTrouble(cause)}`);
  }
}

function fieldsOf({ name, type, enforcementMode, rule, activeFrom, ...others }: Wanted): Fields {
  const { selector, scope, actions, priority, platformWrites } = others;
  return {
    name,
    type,
    enforcement_mode: enforcementMode,
    rule,
    selector,
    scope,
    actions,
    priority,
    active_from: activeFrom,
    platform_writes: platformWrites,
  };
}

/** What a text says; what it does not say is left to the server's defaults. */
function said(policy: Wanted): Fields {
  const fields = Object.entries(fieldsOf(policy));
  return Object.fromEntries(fields.filter(([, value]) => value !== null && value !== false));
}

function stepOf(policy: Wanted, found: Fields | undefined): Step {
  if (found === undefined) return { action: 'create', policy, id: undefined, changed: [] };
  const known = Policy.parse(found);
  const changed = Object.entries(fieldsOf(policy))
    .filter(([field, value]) => !equalJson(known[field] ?? null, value))
    .map(([field]) => field);
  return { action: changed.length > 0 ? 'update' : 'none', policy, id: known.id, changed };
}

async function carryOut(session: Session, step: Step): Promise<Result<unknown, Failure>> {
  const { action, policy, id, changed } = step;
  if (action === 'none') return ok(undefined);
  if (action === 'create') return callOperation(session, 'policy.create', said(policy));
  const fields = Object.entries(fieldsOf(policy)).filter(([field]) => changed.includes(field));
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
