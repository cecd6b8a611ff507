/** Settings that are changed while the server runs. */
import { describe, expect, test } from '@jest/globals';
import { startSite } from '../test-kit/start-site.ts';
import { useBench } from '../test-kit/use-bench.ts';

const DAY_MS = 86_400_000;

describe('the settings of the servers', () => {
  const bench = useBench();

  async function settingOf(name: string) {
    const { settings } = await bench().expectOk('settings.get', {});
    return settings.find(({ setting }) => setting === name);
  }

  test('are shown with their value, its source, and what can be changed', async () => {
    const { revision } = await bench().expectOk('settings.get', {});
    expect(revision).toBe(0);
    expect(await settingOf('retention-operations')).toEqual({
      setting: 'retention-operations',
      value: '90d',
      source: 'default',
      configured: '90d',
      changeable: true,
      reason: null,
      range: 'from 1d to 3650d',
    });
  });

  test('change what counts, are audited, and go back to the configuration', async () => {
    const { resource } = await bench().expectOk('settings.update', {
      retention_events: '14d',
      failover_nodes: 1,
    });
    expect(resource.revision).toBe(1);
    expect(await settingOf('retention-events')).toMatchObject({
      value: '14d',
      source: 'stored',
      configured: '30d',
    });
    expect(await bench().expectOk('audit.list', { limit: 1 })).toMatchObject({
      items: [
        {
          operation: 'settings.update',
          outcome: 'done',
          changes: {
            retention_events: { was: '30d', is: '14d' },
            failover_nodes: { was: 0, is: 1 },
          },
        },
      ],
    });
    await bench().expectOk('settings.update', { retention_events: null });
    expect(await settingOf('retention-events')).toMatchObject({ value: '30d', source: 'default' });
    expect(await settingOf('failover-nodes')).toMatchObject({ value: 1, source: 'stored' });
  });

  test('bind retention: what is stored counts in its next run, also after a restart', async () => {
    const { operation } = await bench().expectOk('vm.create', {
      name: 'set-vm',
      cpu_cores: 1,
      memory_gb: 1,
      disk_gb: 5,
    });
    await bench().end(operation);
    await bench().expectOk('settings.update', {
      retention_operations: '1d',
      retention_idempotency_keys: '1d',
    });
    await bench().restartServer();
    await bench().skip(2 * DAY_MS);
    expect(await bench().expectProblem('operation.get', { id: operation.id })).toMatchObject({
      code: 'not-found',
    });
  });

  test('bind sessions', async () => {
    await bench().expectOk('settings.update', { session_lifetime: '1h', session_idle: '5m' });
    const site = await startSite(bench().deps);
    try {
      // The server of the site reads what is stored when it is asked for it.
      const browser = site.browser();
      const { secret } = await bench().expectOk('api_key.create', {
        name: 'set-key',
        role: 'admin',
      });
      await browser.signIn(secret);
      await browser.send('/api/v2/settings');
      const answer = await browser.signIn(secret);
      const [line = ''] = answer.headers['set-cookie'] ?? [];
      expect(line).toContain('Max-Age=3600;');
    } finally {
      await site.stop();
    }
  });

  test.each([
    [{ retention_events: '1h' }, 'must be a duration with its unit, from 1d to 3650d'],
    [{ retention_events: '30' }, 'must be a duration with its unit, from 1d to 3650d'],
    [{ session_idle: '10s' }, 'must be a duration with its unit, from 1m to 1d'],
    [{ failover_nodes: 9 }, 'must be at most 8'],
    [{ decision_input_ratio: 2 }, 'must be at most 1'],
    [{ listen: '0.0.0.0:80' }, 'is not a known field'],
  ])('are refused with the range in the words: %j', async (input, words) => {
    // The last one is no field of the operation.
    const found = await bench().expectProblem('settings.update', input as object);
    expect(found.code).toBe('validation-failed');
    expect(found.fields?.map(({ message }) => message).join()).toContain(words);
  });

  test('are not changed on top of what the caller has not read', async () => {
    await bench().expectOk('settings.update', { failover_nodes: 1, if_revision: 0 });
    const late = { failover_nodes: 2, if_revision: 0 };
    expect(await bench().expectProblem('settings.update', late)).toMatchObject({
      code: 'revision-mismatch',
      detail: 'The configuration of the servers is at revision 1, not 0.',
    });
    const both = await Promise.all([
      bench().call('settings.update', { failover_nodes: 3 }),
      bench().call('settings.update', { failover_nodes: 4 }),
    ]);
    const lost = both.filter((answer) => !answer.ok);
    // Either one has seen the other, or it was refused; none has overwritten the other unseen.
    expect(lost.every((answer) => !answer.ok && answer.error.code === 'revision-mismatch')).toBe(
      true,
    );
    const { revision } = await bench().expectOk('settings.get', {});
    expect(revision).toBe(1 + both.length - lost.length);
  });

  test('are for administrators of the first tenant alone', async () => {
    const { resource } = await bench().expectOk('tenant.create', { name: 'set-tenant' });
    const stranger = { ...bench().admin, tenantId: resource.id };
    const operator = { ...bench().admin, role: 'operator' };
    for (const principal of [stranger, operator]) {
      for (const name of ['settings.get', 'settings.update'] as const) {
        expect(await bench().expectProblem(name, {}, { principal })).toMatchObject({
          code: 'forbidden',
        });
      }
    }
  });
});
