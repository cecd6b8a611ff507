/** `novacron secret create`, `rotate` and `update`: what a person types goes to the server only. */
import { Secret } from '@novacron/contract/access/secret';
import type { JsonObject } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { callOperation, type Session } from '../../client/session.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import { resolveName } from '../../operations/resolve-names.ts';
import type { Outcome } from '../../operations/run-command.ts';

/** The flags that say where a secret may go to. */
export interface ScopeFlags {
  readonly allowWorkflow?: readonly string[];
  readonly allowRunnerLabel?: readonly string[];
  readonly allowHost?: readonly string[];
}

/** Creates a secret. Failures: wrong usage, interrupted, every problem of the server. */
export async function createSecret(
  session: Session,
  request: ScopeFlags & ValueFlags & { readonly name: string; readonly description?: string },
): Promise<Outcome> {
  const { name, description } = request;
  const given = await readGiven(session, name, request);
  if (!given.ok) return { failure: given.error };
  return send(session, 'secret.create', {
    name,
    ...given.value,
    ...(description === undefined ? {} : { description }),
    allowed: scopeOf(request),
  });
}

/** Gives a secret another value. Failures: as for a create, and a name that nothing has. */
export async function rotateSecret(
  session: Session,
  { secret, ...from }: ValueFlags & { readonly secret: string },
): Promise<Outcome> {
  const id = await resolveName(session, ['secret'], secret);
  if (!id.ok) return { failure: id.error };
  const given = await readGiven(session, secret, from);
  if (!given.ok) return { failure: given.error };
  return send(session, 'secret.update', { id: id.value, ...given.value });
}

/** Changes the other fields. Flags of one list replace that list; the other lists stay. */
export async function updateSecret(
  session: Session,
  request: ScopeFlags & {
    readonly secret: string;
    readonly description?: string;
    readonly allowNowhere?: true;
  },
): Promise<Outcome> {
  const { secret, description, allowNowhere } = request;
  const given = scopeOf(request);
  const names = Object.values(given).flat();
  if (names.length > 0 && allowNowhere === true) {
    return { failure: usageFailure('--allow-nowhere contradicts the other --allow flags') };
  }
  if (names.length === 0 && allowNowhere !== true && description === undefined) {
    return {
      failure: usageFailure('nothing to change; for another value: novacron secret rotate'),
    };
  }
  const id = await resolveName(session, ['secret'], secret);
  if (!id.ok) return { failure: id.error };
  const shown = await callOperation(session, 'secret.get', { id: id.value });
  if (!shown.ok) return { failure: shown.error };
  const { allowed: before, revision } = Secret.parse(shown.value);
  const choose = (list: readonly string[], kept: readonly string[]) =>
    list.length > 0 || allowNowhere === true ? list : kept;
  return send(session, 'secret.update', {
    id: id.value,
    if_revision: revision,
    ...(description === undefined
      ? {}
      : { description: description === 'none' ? null : description }),
    allowed: {
      workflows: choose(given.workflows, before.workflows),
      runner_labels: choose(given.runner_labels, before.runner_labels),
      hosts: choose(given.hosts, before.hosts),
    },
  });
}

function scopeOf({ allowWorkflow = [], allowRunnerLabel = [], allowHost = [] }: ScopeFlags) {
  return { workflows: allowWorkflow, runner_labels: allowRunnerLabel, hosts: allowHost };
}

/** Source of a value; without both, the command prompts for it. */
export interface ValueFlags {
  readonly file?: string;
  /** `PATH#FIELD`, or `PATH#FIELD@VERSION`. */
  readonly vault?: string;
}

async function readGiven(
  session: Session,
  name: string,
  { file, vault }: ValueFlags,
): Promise<Result<JsonObject, Failure>> {
  if (vault === undefined) {
    const value = await readValue(session, name, file);
    return value.ok ? ok({ value: value.value }) : value;
  }
  if (file !== undefined) return err(usageFailure('--vault contradicts --file'));
  const [, path, field, version] = /^([^#]+)#([^#@]+)(?:@([1-9]\d*))?$/.exec(vault) ?? [];
  if (path === undefined || field === undefined) {
    return err(usageFailure('--vault is PATH#FIELD or PATH#FIELD@VERSION, as shop/db#password'));
  }
  const pinned = version === undefined ? {} : { version: Number(version) };
  return ok({ vault: { path, field, ...pinned } });
}

/** Reads the value: a file as it is; what is typed or piped in without its last line break. */
async function readValue(
  { io }: Session,
  name: string,
  file: string | undefined,
): Promise<Result<string, Failure>> {
  if (file !== undefined && file !== '-') {
    const text = await readTextFile(io, file, 'the value');
    if (!text.ok || text.value !== '') return text;
    return err(usageFailure(`${file} is empty: a secret has a value`));
  }
  const typed = await io.readSecret(`Value of ${name}: `);
  if (typed === undefined) return err({ kind: 'interrupted', message: 'interrupted' });
  const value = typed.replace(/\r?\n$/, '');
  if (value !== '') return ok(value);
  return err(usageFailure('standard input contains no value; use --file FILE to read a file'));
}

async function send(
  session: Session,
  operation: 'secret.create' | 'secret.update',
  input: Parameters<typeof callOperation>[2],
): Promise<Outcome> {
  const done = await callOperation(session, operation, input);
  if (!done.ok) return { failure: done.error };
  return { document: { kind: 'one', value: Secret.parse(done.value.resource) } };
}
