import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PolicyViolation } from '@novacron/contract/kinds/policy/policy-violation';
import { problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import { waitUntil } from '@novacron/testing/wait-until';
import { useBench } from '../test-kit/use-bench.ts';

const DEAR_MS = 60_000;

const DEAR = `package dear

deny contains "no names with temp" if contains(input.resource.name, "temp")
`;

const DNS = `package dns

deny contains "not that server" if "9.9.9.9" in input.resource.dns_servers
`;

/** Behaviour of the policies that this file knows, by package. */
const behaviour = { dear: 'quick', dns: 'answers' };

describe('the time of policies', () => {
  const bench = useBench({
    wrapPolicies: (inner) => ({
      ...inner,
      evaluate: async (rule, input, terms) => {
        if (rule === DNS && behaviour.dns === 'fails') {
          return err(problem('internal', { detail: 'it fails', remedy: 'wait' }));
        }
        const answer = await inner.evaluate(rule, input, terms);
        // As an evaluation that takes a minute is charged; no test waits for one.
        if (answer.ok && rule === DEAR && behaviour.dear === 'slow') terms.budget?.charge(DEAR_MS);
        return answer;
      },
    }),
  });

  beforeEach(() => {
    behaviour.dear = 'quick';
    behaviour.dns = 'answers';
  });

  const network = (at: number) => ({ name: `net-${at}`, cidr: `10.${at}.0.0/16` });

  test('is limited for each tenant: requests beyond it wait, and are no decisions', async () => {
    const { secret } = await bench().expectOk('tenant.create', { name: 'research' });
    const other = await bench().application.authenticate(secret ?? '');
    if (!other.ok) throw new Error(other.error.detail);
    const { resource } = await bench().expectOk('policy.create', {
      name: 'Dear',
      type: 'resource',
      rule: DEAR,
    });
    behaviour.dear = 'slow';
    await bench().expectOk('network.create', network(1));
    const refused = await bench().expectProblem('network.create', network(2));
    expect(refused).toMatchObject({
      code: 'rate-limited',
      detail: expect.stringContaining('policies of your tenant have used up the time'),
    });
    const waitMs = Number(refused.data?.retry_after_ms);
    expect(waitMs).toBeGreaterThan(DEAR_MS);
    const asked = { operation: 'network.create', resource: network(2) };
    expect((await bench().expectProblem('policy_decision.ask', asked)).code).toBe('rate-limited');
    const { items } = await bench().expectOk('audit.list', {});
    expect(items.map(({ outcome }) => outcome)).not.toContain('rate-limited');
    await bench().expectOk('network.create', network(2), { principal: other.value });
    await bench().expectOk('policy.update', { id: resource.id, name: 'Still dear' });
    await bench().advance(waitMs);
    await bench().expectOk('network.create', network(2));
  });

  async function expectViolations(wanted: readonly Partial<PolicyViolation>[]) {
    await waitUntil('the scan finds what is wanted', async () => {
      await bench().advance(16_000);
      const { items } = await bench().expectOk('policy_violation.list', {});
      const states = items.map(({ state }) => state).join();
      return states === wanted.map(({ state }) => state).join() ? items : undefined;
    });
  }

  test('is not spent on what did not change, and a changed resource is asked about', async () => {
    await bench().expectOk('policy.create', { name: 'DNS', type: 'resource', rule: DNS });
    const { resource } = await bench().expectOk('network.create', network(1));
    await bench().advance(60_000);
    const beganMs = bench().deps.clock.nowMs();
    const change = { id: resource.id, dns_servers: ['9.9.9.9'] };
    await bench().expectOk('network.update', change, { client: 'platform' });
    await expectViolations([{ state: 'open' }]);
    expect(bench().deps.clock.nowMs() - beganMs).toBeLessThan(240_000);
  });

  test('and what was found stays while a policy has no answer', async () => {
    await bench().expectOk('policy.create', { name: 'DNS', type: 'resource', rule: DNS });
    const { resource } = await bench().expectOk('network.create', network(1));
    const change = (dns_servers: string[]) =>
      bench().expectOk('network.update', { id: resource.id, dns_servers }, { client: 'platform' });
    await change(['9.9.9.9']);
    await expectViolations([{ state: 'open' }]);
    behaviour.dns = 'fails';
    await change(['1.1.1.1']);
    await bench().advance(60_000);
    await expectViolations([{ state: 'open' }]);
    behaviour.dns = 'answers';
    await change(['8.8.8.8']);
    await expectViolations([{ state: 'resolved' }]);
  });
});
