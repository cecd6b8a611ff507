/** Policies that one server moves to another language level, as a second server judges by them. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { acceptPolicy } from '@novacron/server/app/policy/signing/accept-policy';
import { keepVersion } from '@novacron/server/app/rows/policy-versions';
import type { PolicyRow } from '@novacron/server/ports/tables/tables';
import { type Server, useServerPair } from './test-kit/use-server-pair.ts';

/** Without an owner level 1 allows, and level 2 does not. */
const RULE = `package owners

allow if not blocked(input.resource.metadata.owner)

blocked(owner) if owner == "eve"
`;

const QUESTION = {
  operation: 'vm.create',
  resource: { name: 'lat-vm', cpu_cores: 1, memory_gb: 1, disk_gb: 5 },
} as const;

describe('a policy of two servers on one PostgreSQL store', () => {
  const pair = useServerPair();
  let one: Server;
  let other: Server;

  beforeEach(() => {
    ({ one, other } = pair());
  });

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
