/**
 * Gives requests and commands of executions their secrets. Which version is decided when an
 * execution starts; whether it may still be used is decided again each time. Values stay in memory
 * for one attempt.
 */

import type { SecretScope } from '@novacron/contract/access/secret';
import type {
  AutomationDefinition,
  AutomationStep,
  Compensation,
} from '@novacron/contract/automation/definition';
import { err, ok, type Result } from '@novacron/contract/result';
import { listActions } from '@novacron/engine/automation/workflows/checks/list-actions';
import { listSecrets } from '@novacron/engine/automation/workflows/resolve/list-secrets';
import type { SecretRow } from '../../../ports/tables/tenant-rows.ts';
import { scopeOf } from '../../access/secrets/answer-secret.ts';
import {
  finalFault,
  findSecretNamed,
  type OpenSecretDeps,
  openSecretVersion,
  type SecretFault,
} from '../../access/secrets/open-secret.ts';
import type { PinnedSecret } from '../../kernel/definitions/operation-definition.ts';
import { targetOf } from './http-target.ts';

/** Destination of a secret: a server, or runners with these labels. */
type SecretPlace =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'runners'; readonly labels: Readonly<Record<string, string>> };

/** User of a secret, and the secret's destination. */
interface Use {
  readonly tenantId: string;
  readonly workflow: string;
  readonly place: SecretPlace;
}

/**
 * Decides which version of each secret an execution gets.
 * @returns the versions. Problems: lines that say which step may not have which secret, and why
 */
export async function pinSecrets(
  deps: OpenSecretDeps,
  definition: AutomationDefinition,
  tenantId: string,
): Promise<Result<readonly PinnedSecret[], readonly string[]>> {
  const pins = new Map<string, PinnedSecret>();
  const lines: string[] = [];
  for (const { step, action } of listActions(definition)) {
    const place = placeOf(action, step);
    if (place === undefined) continue;
    for (const { secret } of listSecrets(action)) {
      const pin = await pinOf(deps, secret, { tenantId, workflow: definition.name, place });
      if (pin.ok) pins.set(secret, pin.value);
      else lines.push(`step ${step.id} ${pin.error}`);
    }
  }
  return lines.length > 0 ? err(lines) : ok([...pins.values()]);
}

function placeOf(
  action: Partial<AutomationStep> | Compensation,
  { run_on: labels = {} }: AutomationStep,
): SecretPlace | undefined {
  if (action.command !== undefined || action.ansible !== undefined) {
    return { kind: 'runners', labels };
  }
  const host = targetOf(action)?.host;
  return host === undefined ? undefined : { kind: 'host', host };
}

async function pinOf(
  deps: OpenSecretDeps,
  secret: string,
  use: Use,
): Promise<Result<PinnedSecret, string>> {
  const [name = '', wanted] = secret.split('@');
  const row = await findSecretNamed(deps, { tenant_id: use.tenantId, name });
  if (row === undefined) return err(`uses the secret ${name}, which does not exist`);
  const refused = refuseUse(row, use);
  if (refused !== undefined) return err(refused);
  const version = wanted === undefined ? row.version : Number(wanted);
  const found = await openSecretVersion(deps, row.id, version);
  // What may pass does so before the step begins, or that attempt fails.
  if (!found.ok && found.error.next === 'final') {
    return err(`uses the secret ${name}, ${found.error.words}`);
  }
  return ok({ secret, name, id: row.id, version });
}

/**
 * Explains why a secret may not be used there, in words that follow the step; undefined if it may.
 */
function refuseUse(row: SecretRow, { workflow, place }: Use): string | undefined {
  const allowed: SecretScope = scopeOf(row);
  const flags = [
    ...(allowed.workflows.includes(workflow) ? [] : [['workflow', workflow] as const]),
    ...(mayGoTo(allowed, place) ? [] : [wordsOf(place)]),
  ];
  if (flags.length === 0) return undefined;
  const places = flags.map((flag) => flag.join(' ')).join(' and the ');
  return `uses the secret ${row.name}, which may not be sent to the ${places}`;
}

/** A label without a value stands for every value of it. */
function mayGoTo({ hosts, runner_labels }: SecretScope, place: SecretPlace): boolean {
  if (place.kind === 'host') return hosts.includes(place.host);
  const labels = Object.entries(place.labels).flatMap(([name, value]) => [
    name,
    `${name}=${value}`,
  ]);
  return runner_labels.some((label) => labels.includes(label));
}

function wordsOf(place: SecretPlace): readonly [string, string] {
  if (place.kind === 'host') return ['host', place.host];
  const labels = Object.entries(place.labels).map(([name, value]) => `${name}=${value}`);
  return ['runners', labels.length === 0 ? 'with any labels' : `with ${labels.join(', ')}`];
}

/** The newest value of a secret for a host; undefined where it may not be sent there. */
export async function openSecretFor(
  deps: OpenSecretDeps,
  secret: string,
  { host, ...use }: Omit<Use, 'place'> & { readonly host: string },
): Promise<string | undefined> {
  const pin = await pinOf(deps, secret, { ...use, place: { kind: 'host', host } });
  if (!pin.ok) return undefined;
  const value = await openSecretVersion(deps, pin.value.id, pin.value.version);
  return value.ok ? value.value : undefined;
}

/** Secrets that a step needs. */
export interface OpenedSecrets {
  /** Values by their key in the step. */
  readonly byKey: ReadonlyMap<string, string>;
  /** Values of all secrets of the execution that can be read: none is shown. */
  readonly all: readonly string[];
}

/**
 * Reads the values that a step gets.
 * @returns them. Failure: why it may not have one of them any more, in words that follow "it"
 */
export async function openSecrets(
  deps: OpenSecretDeps,
  action: Partial<AutomationStep> | Compensation,
  of: Use & { readonly pins: readonly PinnedSecret[] },
): Promise<Result<OpenedSecrets, SecretFault>> {
  const values = new Map<string, Result<string, SecretFault>>();
  for (const { secret, id, version } of of.pins) {
    values.set(secret, await openSecretVersion(deps, id, version));
  }
  const byKey = new Map<string, string>();
  for (const { key, secret } of listSecrets(action)) {
    const pin = of.pins.find((each) => each.secret === secret);
    const value = values.get(secret);
    if (pin === undefined || value === undefined)
      return err(finalFault(`has no version of ${secret}`));
    const where = { id: pin.id, tenant_id: of.tenantId };
    const [row] = await deps.store.read({ from: 'secrets', where });
    if (row === undefined) return err(finalFault(`uses the secret ${pin.name}, which was deleted`));
    const refused = refuseUse(row, of);
    if (refused !== undefined) return err(finalFault(refused));
    if (!value.ok) {
      return err({ ...value.error, words: `uses the secret ${pin.name}, ${value.error.words}` });
    }
    byKey.set(key, value.value);
  }
  const all = [...values.values()].flatMap((value) => (value.ok ? [value.value] : []));
  return ok({ byKey, all });
}
