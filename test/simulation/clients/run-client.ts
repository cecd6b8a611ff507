/** A client's life: it asks, asks again without an answer, and remembers every answer. */
import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation/operation';
import { isRetryable } from '@novacron/contract/problem/problem';
import { z } from 'zod';
import type { Chance } from '../world/chance.ts';
import type { Kernel } from '../world/kernel.ts';
import { type Call, chooseCall } from './choose-call.ts';
import type { Directory, KnownKind } from './directory.ts';
import { type Intent, keyOf, type Ledger } from './ledger.ts';
import type { Caller, Outcome, Wire } from './wire.ts';

const THINK_MS_MAX = 1_500;
const TRIES_MAX = 5;
const WAIT_MS_MAX = 8_000;

/** Share of requests in which a client sends two changes of one resource at once. */
const RUSH_RATIO = 0.35;
const RIVALS_LOOKED_AT = 12;

/** Dependencies of a client. */
export interface ClientParts {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly wire: Wire;
  readonly ledger: Ledger;
  readonly directory: Directory;
  readonly nodes: readonly string[];
  /** Number of calls that the client makes. */
  readonly calls: number;
}

const Resource = z.looseObject({
  id: z.string(),
  tenant_id: z.string(),
  revision: z.int().default(1),
  disk_gb: z.int().optional(),
  size_gb: z.int().optional(),
});

const Operation = z.looseObject({ id: z.string(), status: z.string(), target_id: z.string() });
const Written = z.looseObject({ operation: Operation, resource: Resource.optional() });
const Listed = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) });

/** Lives; resolves when it has asked for everything that it wants. */
export async function runClient(caller: Caller, parts: ClientParts): Promise<void> {
  const { kernel, chance, directory, nodes } = parts;
  let keys = 0;
  const freshKey = (): string => {
    keys += 1;
    return `key/${caller.name}/${keys}`;
  };
  for (let count = 0; count < parts.calls; count += 1) {
    await pause(kernel, chance.between(0, THINK_MS_MAX));
    const earlier = chance.happens(0.06) ? chance.pickAny(parts.ledger.intents) : undefined;
    const call = earlier ?? chooseCall({ chance, directory, nodes, freshKey });
    if (call === undefined) continue;
    const rival = chance.happens(RUSH_RATIO) ? rivalOf(call, parts) : undefined;
    const calls = rival === undefined ? [call] : [call, rival];
    await Promise.all(calls.map((each) => pursue(caller, each, parts)));
  }
}

/** Another change of the same resource, to be sent at the same moment. */
function rivalOf({ name, input }: Call, parts: ClientParts): Call | undefined {
  const { chance, directory, nodes } = parts;
  if (input.id === undefined) return undefined;
  for (let count = 0; count < RIVALS_LOOKED_AT; count += 1) {
    const other = chooseCall({ chance, directory, nodes, freshKey: () => 'key/of-nobody' });
    if (other?.input.id === undefined || kindOf(other.name) !== kindOf(name)) continue;
    return { name: other.name, input: { ...other.input, id: input.id } };
  }
  return undefined;
}

/** Asks until there is an answer, or until patience ends. */
async function pursue(caller: Caller, { name, input }: Call, parts: ClientParts): Promise<void> {
  const { kernel, chance, wire, ledger } = parts;
  const { tenantId } = caller.principal;
  const intent: Intent = { client: caller.name, tenantId, name, input, requestIds: [] };
  ledger.intents.push(intent);
  for (let count = 0; count < TRIES_MAX; count += 1) {
    const outcome = await wire.send(caller, intent);
    if (outcome.kind === 'answered') {
      const next = hear(caller, intent, outcome, parts);
      if (next !== undefined) await follow(caller, { intent, operation: next }, parts);
      const { result } = outcome;
      if (result.ok || !isRetryable(result.error.code) || chance.happens(0.5)) return;
    }
    await pause(kernel, chance.between(0, THINK_MS_MAX));
  }
}

/** Remembers an answer; returns the operation to follow, if there is one. */
function hear(
  caller: Caller,
  intent: Intent,
  { result }: Extract<Outcome, { kind: 'answered' }>,
  parts: ClientParts,
): z.infer<typeof Operation> | undefined {
  const { ledger, directory } = parts;
  if (!result.ok) {
    ledger.refused.push({ intent, problem: result.error });
    if (result.error.code === 'not-found') directory.forget(String(intent.input.id));
    if (result.error.code === 'internal') ledger.complaints.push(`${intent.name} met a fault`);
    return undefined;
  }
  const kind = kindOf(intent.name);
  const listed = Listed.safeParse(result.value);
  for (const item of listed.success ? listed.data.items : []) meet(caller, kind, item, parts);
  meet(caller, kind, result.value, parts);
  const written = Written.safeParse(result.value);
  if (!written.success) return undefined;
  const { operation, resource } = written.data;
  meet(caller, kind, resource, parts);
  directory.hear('operation', { id: operation.id, revision: 1, diskGb: 0 });
  ledger.acknowledged.push({
    intent,
    operationId: operation.id,
    resourceId: resource?.id ?? operation.target_id,
    revision: resource?.revision,
  });
  remember(ledger, operation);
  return operation;
}

function meet(caller: Caller, kind: string, value: unknown, parts: ClientParts): void {
  const found = Resource.safeParse(value);
  if (!found.success) return;
  const { id, tenant_id, revision, disk_gb, size_gb } = found.data;
  if (tenant_id !== caller.principal.tenantId) {
    parts.ledger.complaints.push(`${caller.name} was shown ${id} of ${tenant_id}`);
  }
  if (isKnownKind(kind))
    parts.directory.hear(kind, { id, revision, diskGb: disk_gb ?? size_gb ?? 0 });
}

function kindOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

function isKnownKind(kind: string): kind is KnownKind {
  return [
    'vm',
    'network',
    'volume',
    'snapshot',
    'policy',
    'template',
    'operation',
    'reservation',
  ].includes(kind);
}

/** Often a client waits for its operation, and says at last that it has heard. */
async function follow(
  caller: Caller,
  { intent, operation }: { readonly intent: Intent; readonly operation: z.infer<typeof Operation> },
  parts: ClientParts,
): Promise<void> {
  const { chance, ledger } = parts;
  if (chance.happens(0.6)) {
    const timeout_ms = chance.between(0, WAIT_MS_MAX);
    const seen = await askOnce(
      caller,
      {
        name: 'operation.wait',
        input: { id: operation.id, timeout_ms },
      },
      parts,
    );
    const waited = Operation.safeParse(seen);
    if (waited.success) remember(ledger, waited.data);
  }
  const key = keyOf(intent);
  if (key === undefined || !chance.happens(0.3)) return;
  ledger.freedKeys.add(`${intent.tenantId}/${key}`);
  await askOnce(caller, { name: 'idempotency.confirm', input: { keys: [key] } }, parts);
}

async function askOnce(caller: Caller, call: Call, { wire }: ClientParts): Promise<unknown> {
  const { tenantId } = caller.principal;
  const outcome = await wire.send(caller, {
    ...call,
    client: caller.name,
    tenantId,
    requestIds: [],
  });
  return outcome.kind === 'answered' && outcome.result.ok ? outcome.result.value : undefined;
}

/** An end that was seen stays the end. */
function remember(ledger: Ledger, { id, status }: z.infer<typeof Operation>): void {
  // An answer that was overtaken on its way may still say `running`.
  if (!OPERATION_STATUSES_FINAL.some((final) => final === status)) return;
  // What is stuck may be tried again.
  if (status === 'stuck') return;
  const known = ledger.endings.get(id) ?? status;
  if (known !== status) ledger.complaints.push(`${id} was seen ${known}, then ${status}`);
  ledger.endings.set(id, status);
}

function pause(kernel: Kernel, durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    kernel.timers.after(durationMs, () => resolve());
  });
}
