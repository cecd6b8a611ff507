import { describe, expect, test } from '@jest/globals';
import { TenantId } from '@novacron/contract/ids';
import { createCallLimits } from './call-limits.ts';

const TENANT = TenantId.parse('tnt_01hzzzzzzzzzzzzzzzzzzzzzzz');
const principalOf = (id: string) => ({ id, name: id, role: 'viewer', tenantId: TENANT }) as const;

const LIMITS = {
  principal: { burst: 2, perSecond: 1 },
  tenant: { burst: 3, perSecond: 1 },
  address: { burst: 1, perSecond: 1 },
};

describe('the rate limits of calls', () => {
  test('bind a principal, and the principals of a tenant together', () => {
    const limits = createCallLimits({ nowMs: () => 0 }, LIMITS);
    const [a, b] = [principalOf('key_a'), principalOf('key_b')];
    expect([limits.admitCall(a), limits.admitCall(a)]).toEqual([undefined, undefined]);
    expect(limits.admitCall(a)).toMatchObject({ data: { scope: 'principal' } });
    expect(limits.admitCall(b)).toBeUndefined();
    expect(limits.admitCall(b)).toMatchObject({
      code: 'rate-limited',
      detail: 'You exceeded the rate limit of your tenant; this request was not processed.',
      remedy: expect.stringContaining('rate-limit-per-tenant'),
    });
  });

  test('bind an address, of IPv6 its network', () => {
    const limits = createCallLimits({ nowMs: () => 0 }, LIMITS);
    expect(limits.admitAddress('2001:db8::1')).toBeUndefined();
    expect(limits.admitAddress('2001:db8::2')).toMatchObject({ data: { scope: 'address' } });
    expect(limits.admitAddress('192.0.2.1')).toBeUndefined();
  });

  test('say what is left without counting it', () => {
    let nowMs = 0;
    const limits = createCallLimits({ nowMs: () => nowMs }, LIMITS);
    const principal = principalOf('key_a');
    limits.admitCall(principal);
    const standing = () => limits.standings({ principal, address: undefined });
    const used = { scope: 'principal', quota: 2, windowS: 2, remaining: 1, resetS: 1 };
    const shared = { scope: 'tenant', quota: 3, windowS: 3, remaining: 2, resetS: 1 };
    expect([standing(), standing()]).toEqual([
      [used, shared],
      [used, shared],
    ]);
    nowMs = 1_000;
    expect(standing()[0]).toMatchObject({ remaining: 2, resetS: 0 });
  });

  test('are silent about what is not limited', () => {
    const none = { principal: undefined, tenant: undefined, address: undefined };
    const limits = createCallLimits({ nowMs: () => 0 }, none);
    expect(limits.standings({ principal: principalOf('key_a'), address: '192.0.2.1' })).toEqual([]);
  });
});
