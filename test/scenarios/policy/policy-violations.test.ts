import { describe, expect, test } from '@jest/globals';
import { equalJson } from '@novacron/contract/json';
import type { PolicyViolation } from '@novacron/contract/kinds/policy/policy-violation';
import { waitUntil } from '@novacron/testing/wait-until';
import { approveWaiver } from '../test-kit/approve-waiver.ts';
import { useBench } from '../test-kit/use-bench.ts';

const RULE = `package novacron

deny contains "no names with temp" if contains(input.resource.name, "temp")
`;
const STRICT = RULE.replace(
  'temp")\n',
  'temp")\n\ndeny contains "no net at all" if input.resource.cidr\n',
);
const POLICY = { name: 'Names', type: 'resource', rule: RULE } as const;
const NET = { name: 'net-temp', cidr: '10.1.0.0/16' } as const;

const SCANNED_MS = 16_000;
const WAIVED_MS = 600_000;
const DAY_MS = 86_400_000;

describe('violations', () => {
  const bench = useBench();

  /** Policies answer in a thread of their own, which virtual time does not wait for. */
  async function expectViolations(wanted: readonly Partial<PolicyViolation>[]) {
    return waitUntil('the scan finds what is wanted', async () => {
      await bench().advance(SCANNED_MS);
      const { items } = await bench().expectOk('policy_violation.list', {});
      const isFit =
        items.length === wanted.length && wanted.every((each, at) => fits(items[at], each));
      return isFit ? items : undefined;
    });
  }

  const fits = (found: PolicyViolation | undefined, wanted: Partial<PolicyViolation>): boolean =>
    Object.entries(wanted).every(([name, value]) => equalJson(found?.[name], value));

  async function start() {
    const { resource: net } = await bench().expectOk('network.create', NET);
    const { resource: policy } = await bench().expectOk('policy.create', POLICY);
    return { net, policy };
  }

  const until = (ms: number) => new Date(bench().deps.clock.nowMs() + ms).toISOString();

  test('are opened by a new policy, reported, and resolved when resources comply', async () => {
    const { net, policy } = await start();
    const [found] = await expectViolations([{ state: 'open' }]);
    expect(found).toMatchObject({
      state: 'open',
      policy_id: policy.id,
      policy: 'Names',
      policy_version: 1,
      mode: 'block',
      resource_kind: 'network',
      resource_id: net.id,
      resource_name: NET.name,
      reasons: ['no names with temp'],
      waiver_id: null,
      resolved_at: null,
    });
    const id = found?.id;
    if (id === undefined) throw new Error('nothing is violated');
    expect(await bench().expectOk('policy_violation.get', { id })).toEqual(found);
    await bench().expectOk('network.delete', { id: net.id }, { client: 'platform' });
    await bench().advance(300_000);
    await expectViolations([{ id, state: 'resolved' }]);
    const { items: events } = await bench().expectOk('event.list', {});
    const types = events.map(({ type }) => type).filter((type) => type.startsWith('policy_viol'));
    expect(types).toEqual(['policy_violation.open', 'policy_violation.resolved']);
  });

  test('are found by policies for creates, also by their preview', async () => {
    const condition = 'input.action == "create_network"; contains(input.resource.name, "temp")';
    const rule = `package novacron\n\ndeny contains "no temp" if { ${condition} }\n`;
    const draft = { name: 'Creates', type: 'resource', rule } as const;
    const { resource: net } = await bench().expectOk('network.create', NET);
    const { changes } = await bench().expectOk('policy.preview', { draft, sources: ['resources'] });
    expect(changes).toMatchObject([
      { effect: 'newly_refused', resource_id: net.id, operation: 'network.create' },
    ]);
    await bench().expectOk('policy.create', draft);
    await expectViolations([{ state: 'open', resource_id: net.id, policy: 'Creates' }]);
  });

  test('stay one violation when the policy changes, and end with the policy', async () => {
    const { policy } = await start();
    const id = (await expectViolations([{ state: 'open' }]))[0]?.id;
    if (id === undefined) throw new Error('nothing is violated');
    await bench().expectOk('policy.update', { id: policy.id, rule: STRICT });
    const reasons = ['no names with temp', 'no net at all'];
    await expectViolations([{ id, reasons, policy_version: 2 }]);
    await bench().expectOk('policy.update', { id: policy.id, enabled: false });
    await expectViolations([{ id, state: 'resolved' }]);
    await bench().expectOk('policy.update', { id: policy.id, enabled: true });
    await expectViolations([{ id, state: 'open' }]);
  });

  test('are waived by an exception, which lets writes pass until it expires', async () => {
    const { net, policy } = await start();
    const change = { id: net.id, dns_servers: ['1.1.1.1'] };
    expect(await bench().expectProblem('network.update', change)).toMatchObject({
      code: 'policy-denied',
    });
    const { resource: waiver } = await bench().expectOk('policy_waiver.create', {
      policy_id: policy.id,
      resource_kind: 'network',
      resource_name: NET.name,
      owner: 'ann',
      reason: 'it moves next week',
      expires_at: until(WAIVED_MS),
    });
    expect(waiver).toMatchObject({ state: 'pending', policy: 'Names', created_by: 'admin' });
    await bench().expectProblem('network.update', change);
    await approveWaiver(bench(), waiver);
    expect(await bench().expectOk('policy_waiver.get', { id: waiver.id })).toMatchObject({
      state: 'active',
      approved_by: 'ben',
    });
    const { warnings } = await bench().expectOk('network.update', change);
    expect(warnings).toMatchObject([
      {
        policy: 'Names',
        message: expect.stringMatching(/^waived by ann until \S+: no names with temp$/),
      },
    ]);
    const preview = { operation: 'network.update', input: change } as const;
    const { problems } = await bench().expectOk('admission.preview', preview);
    expect(problems).toEqual([]);
    await expectViolations([{ state: 'waived', waiver_id: waiver.id }]);
    await bench().advance(WAIVED_MS);
    await expectViolations([{ state: 'open', waiver_id: null }]);
    expect(await bench().expectOk('policy_waiver.get', { id: waiver.id })).toMatchObject({
      state: 'expired',
    });
    await bench().expectProblem('network.update', { ...change, dns_servers: ['9.9.9.9'] });
  });

  test('are open again when the exception is ended', async () => {
    const { policy } = await start();
    const { resource } = await bench().expectOk('policy_waiver.create', {
      policy_id: policy.id,
      resource_kind: 'network',
      resource_name: NET.name,
      owner: 'ann',
      reason: 'it moves',
      expires_at: until(DAY_MS),
    });
    await approveWaiver(bench(), resource);
    await expectViolations([{ state: 'waived' }]);
    await bench().expectOk('policy_waiver.delete', { id: resource.id });
    expect((await bench().expectOk('policy_waiver.list', {})).items).toEqual([]);
    await expectViolations([{ state: 'open' }]);
  });

  test.each([
    [-1, 'which is in the past'],
    [400 * DAY_MS, 'which is more than 365 days ahead'],
  ])('are not waived until %i ms from now', async (ms, text) => {
    const { resource: policy } = await bench().expectOk('policy.create', POLICY);
    const refused = await bench().expectProblem('policy_waiver.create', {
      policy_id: policy.id,
      resource_kind: 'vm',
      resource_name: 'a',
      owner: 'ann',
      reason: 'it moves',
      expires_at: until(ms),
    });
    expect([refused.code, refused.detail]).toEqual([
      'validation-failed',
      expect.stringContaining(text),
    ]);
  });

  test('and exceptions that are not there are not there', async () => {
    const suffix = '01jd3v6t7re3h8z9k2m4n5p6q7';
    const get = (name: 'policy_violation.get' | 'policy_waiver.delete', id: string) =>
      bench().expectProblem(name, { id: id as never });
    expect((await get('policy_violation.get', `pvio_${suffix}`)).code).toBe('not-found');
    expect((await get('policy_waiver.delete', `pwv_${suffix}`)).detail).toContain('policy waiver');
  });
});
