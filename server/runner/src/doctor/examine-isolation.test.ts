import { describe, expect, it } from '@jest/globals';
import { systemTimers } from '@novacron/runtime/timers';
import { findIsolation } from '../../../../test/support/services/find-isolation.ts';
import { TEST_ISOLATION } from '../test-kit/run-for-test.ts';
import { examineIsolation } from './examine-isolation.ts';

findIsolation();

const isolation = { ...TEST_ISOLATION, scratchMib: 16 };

describe('the examination of a host', () => {
  it('finds nothing missing on a host that isolates', async () => {
    expect(await examineIsolation(isolation, systemTimers)).toEqual({ ok: true, value: undefined });
    const open = { ...isolation, network: 'open' } as const;
    expect(await examineIsolation(open, systemTimers)).toEqual({ ok: true, value: undefined });
  });

  it('names what failed', async () => {
    const examined = await examineIsolation({ ...isolation, scratchMib: -1 }, systemTimers);
    expect(examined).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(JSON.stringify(examined)).toMatch(/cannot isolate steps: .*mount/);
  });
});
