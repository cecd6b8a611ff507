/** Policies that one server moves to another language level, as a second server judges by them. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { type Client, createClient } from '@novacron/contract/client/client';
import { createFirstKey } from '@novacron/server/app/access/identity/first-key';
import {
  createApplication,
  type RunningApplication,
} from '@novacron/server/app/composition/create-application';
import type { CompletePorts } from '@novacron/server/app/composition/deps';
import { seedStore } from '@novacron/server/app/composition/seed-store';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { beginRequest } from '@novacron/server/app/kernel/context/request-scope';
import { acceptPolicy } from '@novacron/server/app/policy/signing/accept-policy';
import { keepVersion } from '@novacron/server/app/rows/policy-versions';
import type { PolicyRow } from '@novacron/server/ports/tables/tables';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import { createVirtualTime } from '../../../server/agent/src/test-kit/virtual-time.ts';
import {
  openAt,
  usePostgres,
} from '../../../server/src/adapters/store/postgres/test-kit/use-postgres.ts';
import { sharedPorts } from './test-kit/shared-ports.ts';

/** Without an owner level 1 allows, and level 2 does not. */
const RULE = `package owners

allow if not blocked(input.resource.metadata.owner)

blocked(owner) if owner == "eve"
`;

const QUESTION = {
  operation: 'vm.create',
  resource: { name: 'lat-vm', cpu_cores: 1, memory_gb: 1, disk_gb: 5 },
} as const;

const POOLS = { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } };

interface Server {
  readonly deps: CompletePorts;
  readonly call: Client['call'];
  readonly stop: () => Promise<void>;
}

describe('a policy of two servers on one PostgreSQL store', () => {
  const postgres = usePostgres();
  let one: Server;
  let other: Server;
  let remove: () => Promise<void>;

  beforeEach(async () => {
    const opened = await postgres.openStore();
    const second = await openAt({ url: opened.url });
    const time = createVirtualTime();
    const bus = openMemoryBus({ timers: time.timers });
    // Each has a connection, caches and threads for policies of its own.
    const first = sharedPorts({ store: opened.store, time, bus });
    const peer = sharedPorts({ store: second, time, bus });
    let secret = '';
    const made = await createFirstKey(
      first,
      (given) => {
        secret = given;
        return { ok: true, value: undefined };
      },
      { words: 'one', discard: () => undefined },
    );
    if (!made.ok) throw new Error(made.error.detail);
    await seedStore(first, POOLS);
    one = await startServer(first, secret);
    other = await startServer(peer, secret);
    remove = async () => {
      await Promise.all([one.stop(), other.stop()]);
      await bus.close();
      await second.close();
      await opened.remove();
    };
  });

  afterEach(() => remove());

  async function allows({ call }: Server): Promise<boolean> {
    const answer = await call('policy_decision.ask', QUESTION);
    if (!answer.ok) throw new Error(answer.error.detail);
    return answer.value.allowed;
  }

  /** Creates the policy, and stores it as a release without levels left it. */
  async function makeEarlier() {
    const made = await one.call('policy.create', {
      name: 'Owners',
      type: 'access',
      rule: RULE,
      actions: ['create_vm'],
    });
    if (!made.ok) throw new Error(made.error.detail);
    const { id } = made.value.resource;
    await storeAtLevel(id, undefined);
    return id;
  }

  /** Stores a policy at a level, signed, as a server of another release does. */
  async function storeAtLevel(id: string, level: number | undefined): Promise<void> {
    const { store } = one.deps;
    const [row] = await store.read({ from: 'orchestration_policies', where: { id } });
    if (row === undefined) throw new Error('the policy is there');
    const { seal: _seal, languageLevel: _level, ...compiled } = JSON.parse(row.compiled_json);
    const leveled = level === undefined ? compiled : { ...compiled, languageLevel: level };
    const { version } = JSON.parse(row.observed_json);
    const desired = JSON.parse(row.desired_json);
    const of = { tenantId: row.tenant_id, policyId: id, version, desired };
    // Accepting needs the store and the keys only.
    const accepted = await acceptPolicy(one.deps as never, leveled, of);
    if (!accepted.ok) throw new Error(accepted.error.detail);
    const observed = { ...JSON.parse(row.observed_json), language_level: level };
    const next: PolicyRow = {
      ...row,
      observed_json: JSON.stringify(observed),
      compiled_json: accepted.value.compiledJson,
    };
    const done = await store.commit([
      { kind: 'put', into: 'orchestration_policies', row: next },
      ...keepVersion([], next, 0),
    ]);
    expect(done).toMatchObject({ ok: true });
  }

  test('is judged by both at the level to which one of them has moved it, at once', async () => {
    const id = await makeEarlier();
    // Both have compiled it, and remember the answer.
    expect([await allows(one), await allows(other)]).toEqual([true, true]);
    const moved = await one.call('policy.upgrade', { id });
    expect(moved).toMatchObject({ ok: true, value: { resource: { language_level: 2 } } });
    expect([await allows(other), await allows(one)]).toEqual([false, false]);
    const seen = await other.call('policy.get', { id });
    expect(seen).toMatchObject({ ok: true, value: { language_level: 2, rule: RULE } });
    const back = await other.call('policy.rollback', { id, to_version: 1 });
    expect(back).toMatchObject({ ok: true, value: { resource: { language_level: 1 } } });
    expect([await allows(one), await allows(other)]).toEqual([true, true]);
  });

  test('is never judged at the earlier level once the upgrade was answered', async () => {
    const id = await makeEarlier();
    let isMoved = false;
    const late: boolean[] = [];
    const ask = async () => {
      for (let left = 20; left > 0; left -= 1) {
        const wasMoved = isMoved;
        const allowed = await allows(other);
        if (wasMoved) late.push(allowed);
        else left += 1;
      }
    };
    const upgrade = async () => {
      const moved = await one.call('policy.upgrade', { id });
      isMoved = true;
      expect(moved).toMatchObject({ ok: true });
    };
    await Promise.all([ask(), ask(), upgrade()]);
    expect(new Set(late)).toEqual(new Set([false]));
  });

  test('is refused by a server whose release does not have the level, not compiled', async () => {
    const id = await makeEarlier();
    expect(await allows(other)).toBe(true);
    // As a server of a later release stores it beside this one.
    await storeAtLevel(id, 3);
    const answer = await other.call('policy_decision.ask', QUESTION);
    expect(answer).toMatchObject({ ok: true, value: { allowed: false } });
    expect(JSON.stringify(answer)).toContain('the language level 3, which this release');
  });
});

async function startServer(deps: CompletePorts, secret: string): Promise<Server> {
  const running = createApplication(deps, { servers: 'several', events: 'kept' });
  void running.leases.start();
  const { authenticate, nextRequestId } = running.application;
  const found = await authenticate(secret, { requestId: nextRequestId() });
  if (!found.ok) throw new Error(found.error.detail);
  return {
    deps,
    call: callOf(running, deps, found.value),
    stop: async () => {
      running.executor.stop();
      void running.relay.stop();
      await deps.policies.close();
    },
  };
}

function callOf(
  { application }: RunningApplication,
  { logger }: CompletePorts,
  principal: Principal,
): Client['call'] {
  const carrier = createClient((name, rawInput) => {
    const context = {
      principal,
      requestId: application.nextRequestId(),
      client: 'rest',
      deployment: 'default',
      signal: new AbortController().signal,
      request: beginRequest(),
    } as const;
    return dispatch({ application, logger }, { name, rawInput, context });
  });
  return carrier.call;
}
