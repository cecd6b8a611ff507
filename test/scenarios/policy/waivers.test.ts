/** Waivers of compliance checks: who grants them, how long they last, and what they change. */
import { describe, expect, test } from '@jest/globals';
import type { PolicyWaiver } from '@novacron/contract/kinds/policy/policy-violation';
import { waitUntil } from '@novacron/testing/wait-until';
import { adminNamed, approveWaiver } from '../test-kit/approve-waiver.ts';
import { useBench } from '../test-kit/use-bench.ts';

const LOOK_MS = 16_000;
const HOUR_MS = 3_600_000;

const OPEN_SSH = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '22',
  cidr: '0.0.0.0/0',
  description: 'maintenance',
} as const;

const WAIVER = {
  check: 'NC-NET-001',
  resource_kind: 'security_group',
  resource_name: 'ssh',
  owner: 'ann',
  reason: 'the bastion moves next month',
  compensating_control: 'keys only, and a rate limit in front',
  expires_at: '2h',
} as const;

describe('a waiver of a check', () => {
  const bench = useBench();

  const openSsh = async () =>
    (await bench().expectOk('security_group.create', { name: 'ssh', rules: [OPEN_SSH] })).resource;

  const request = async (changes: object = {}): Promise<PolicyWaiver> =>
    (await bench().expectOk('policy_waiver.create', { ...WAIVER, ...changes })).resource;

  const refusal = async (changes: object) =>
    (await bench().expectProblem('policy_waiver.create', { ...WAIVER, ...changes })).detail;

  const stateOf = async () =>
    (await bench().expectOk('compliance_finding.list', { check: ['NC-NET-001'] })).items[0];

  const expectState = (state: string) =>
    waitUntil(`the finding to be ${state}`, async () => {
      await bench().advance(LOOK_MS);
      const finding = await stateOf();
      return finding?.state === state ? finding : undefined;
    });

  test('is not approved with a key that its requester made for another person', async () => {
    const ann = await adminNamed(bench(), 'ann');
    const { resource: waiver } = await bench().expectOk('policy_waiver.create', WAIVER, ann);
    const id = waiver.approval_id ?? '';
    const keyBy = async (maker: typeof ann, name: string) => {
      const made = { name, role: 'admin', person: name } as const;
      const { resource } = await bench().expectOk('api_key.create', made, maker);
      return { principal: { ...maker.principal, id: resource.id, name } };
    };
    const carl = await keyBy(ann, 'carl');
    const dora = await keyBy(carl, 'dora');
    for (const voter of [carl, dora]) {
      const refused = await bench().expectProblem('approval.approve', { id }, voter);
      expect(refused.code).toBe('forbidden');
      expect(refused.detail).toContain('votes with a key made by ann, who requested it');
    }
    const ben = await adminNamed(bench(), 'ben');
    expect(await bench().expectOk('approval.approve', { id }, ben)).toMatchObject({
      resource: { status: 'approved' },
    });
  });

  test('accepts a finding once another person approves it, until it ends', async () => {
    await openSsh();
    const found = await expectState('open');
    const waiver = await request();
    expect(waiver).toMatchObject({
      state: 'pending',
      policy_id: null,
      check: 'NC-NET-001',
      policy: 'No administration port is open to the Internet',
      approved_by: null,
    });
    await bench().advance(LOOK_MS);
    expect(await stateOf()).toMatchObject({ state: 'open' });

    const id = waiver.approval_id ?? '';
    const own = await bench().expectProblem('approval.approve', { id: id as never });
    expect(own.detail).toContain('may not vote');
    const approval = await bench().expectOk('approval.get', { id: id as never });
    expect(approval.effects).toEqual([
      expect.stringMatching(/^No administration port .* apply to security_group ssh until/),
      'Compensating control: keys only, and a rate limit in front.',
    ]);
    await approveWaiver(bench(), waiver);
    expect(await expectState('waived')).toMatchObject({ id: found.id, waiver_id: waiver.id });
    // Findings are written before the sums.
    const pci = await waitUntil('the sums to follow', async () => {
      const { standards } = await bench().expectOk('compliance.status', {});
      const own = standards.find(({ standard }) => standard === 'pci-dss');
      return own?.critical_violations === 0 ? own : undefined;
    });
    // Accepting a risk does not lift the limit of the score.
    expect(pci.capped_by).toEqual(['NC-NET-001']);
    expect(pci.score_with_accepted_risk).toBeGreaterThan(pci.compliance_score ?? 100);

    await bench().advance(2 * HOUR_MS);
    expect(await expectState('open')).toMatchObject({ id: found.id, regressions: 0 });
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    expect(items.filter(({ target }) => target === found.id).map(({ type }) => type)).toEqual([
      'compliance_finding.open',
      'compliance_finding.waived',
      'compliance_finding.open',
    ]);
  });

  test('is withdrawn by deleting it, and the next one is a renewal of it', async () => {
    await openSsh();
    const first = await request();
    await approveWaiver(bench(), first);
    await expectState('waived');
    const { first_granted_at } = await bench().expectOk('policy_waiver.get', { id: first.id });
    await bench().expectOk('policy_waiver.delete', { id: first.id });
    await expectState('open');
    await bench().advance(HOUR_MS);
    const second = await request();
    await approveWaiver(bench(), second);
    expect(await bench().expectOk('policy_waiver.get', { id: second.id })).toMatchObject({
      renewals: 1,
      first_granted_at,
    });
    for (const _ of ['third', 'fourth']) await approveWaiver(bench(), await request());
    expect(await refusal({})).toContain('at most 3 renewals are allowed');
  });

  test('stays with its subject, and not with the name', async () => {
    const group = await openSsh();
    await expectState('open');
    await approveWaiver(bench(), await request());
    await expectState('waived');
    await bench().expectOk('security_group.update', { id: group.id, name: 'old' });
    const other = await openSsh();
    const open = await waitUntil('the other group to fail', async () => {
      await bench().advance(LOOK_MS);
      const input = { check: ['NC-NET-001'], subject_id: other.id };
      return (await bench().expectOk('compliance_finding.list', input)).items[0];
    });
    expect(open.state).toBe('open');
    const input = { check: ['NC-NET-001'], subject_id: group.id };
    const { items } = await bench().expectOk('compliance_finding.list', input);
    expect(items[0]?.state).toBe('waived');
    const renewal = await request({ resource_name: 'old' });
    await approveWaiver(bench(), renewal);
    expect(await bench().expectOk('policy_waiver.get', { id: renewal.id })).toMatchObject({
      renewals: 1,
    });
  });

  test('has no effect if it is denied, and a pending one waits alone', async () => {
    await openSsh();
    const waiver = await request();
    expect(await refusal({})).toContain(`${waiver.id} asks for the same waiver`);
    const id = waiver.approval_id ?? '';
    const ben = await adminNamed(bench(), 'ben');
    await bench().expectOk('approval.deny', { id: id as never }, ben);
    await bench().expectProblem('policy_waiver.get', { id: waiver.id });
    await expectState('open');
    const again = await request();
    await bench().expectOk('policy_waiver.delete', { id: again.id });
    const gone = await bench().expectProblem('approval.approve', {
      id: (again.approval_id ?? '') as never,
    });
    expect(gone.detail).toMatch(/may not vote|nothing left|voided/);
    const { items } = await bench().expectOk('approval.list', { status: ['pending'] });
    expect(items).toEqual([]);
    await request();
    await bench().advance(3 * HOUR_MS);
    await request();
  });

  test.each([
    [{ check: undefined }, 'at policy_id: or check must be set, and not both'],
    [{ check: 'NC-NET-999' }, 'There is no check NC-NET-999.'],
    [{ resource_kind: 'volume' }, 'judges the kinds security_group, vm, and not volume'],
    [{ compensating_control: undefined }, 'NC-NET-001 is critical: name the compensating control'],
    [{ expires_at: '91d' }, 'which is more than 90 days ahead'],
    [{ expires_at: '0001-01-01T00:00:00Z' }, 'which is in the past'],
    [{ check: 'NC-INV-001', resource_kind: 'vm', expires_at: '366d' }, 'more than 365 days ahead'],
  ])('is refused with %j', async (changes, text) => {
    expect(await refusal(changes)).toContain(text);
  });
});
