import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { operation } from '../rpc/test-kit/agreeable-answers.ts';
import { type Agreeable, startAgreeable } from '../test-kit/start-agreeable.ts';

const TYPE = 'novacron_vm_group';
const GROUP = 'vmg_00000000000000000000000001';
const [A, B] = ['sg_00000000000000000000000001', 'sg_00000000000000000000000002'];
const rule = (ports: string) => ({
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports,
  group_id: A,
});
const VM = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
const LISTS = {
  ssh_keys: [1, 2].map((n) => `ssh-ed25519 AAAA${'C'.repeat(16)}${n} key`),
  security_groups: [A, B],
  firewall_rules: [rule('80'), rule('443')],
};
const CONFIG = { name: 'web', min_size: 2, max_size: 4, vm: { ...VM, ...LISTS } };
const STATE = {
  ...CONFIG,
  id: GROUP,
  max_unavailable: 1,
  size: 2,
  member_ids: ['vm_00000000000000000000000001'],
  status: 'ready',
};
/** The group as the server answers it. */
const ANSWER = {
  ...STATE,
  tenant_id: 'tnt_00000000000000000000000001',
  revision: 1,
  schema_version: 1,
  desired_revision: '0123456789abcdef',
  created_at: '2025-01-01T00:00:00.000Z',
  created_by: 'admin',
  updated_at: '2025-01-01T00:00:00.000Z',
  updated_by: 'admin',
};

const REORDERED = {
  ssh_keys: LISTS.ssh_keys.toReversed(),
  security_groups: LISTS.security_groups.toReversed(),
  firewall_rules: LISTS.firewall_rules.toReversed(),
};

describe('a VM group', () => {
  let server: Agreeable['server'];
  let provider: Agreeable['provider'];
  let answers: Agreeable['answers'];
  let sent: Agreeable['sent'];
  let close: Agreeable['close'];

  beforeEach(async () => {
    ({ server, provider, answers, sent, close } = await startAgreeable());
    await configure(null);
  });
  afterEach(() => close());

  const configure = (default_labels: object | null) =>
    provider.probe.configure({ endpoint: server.url, api_key: 'k', default_labels });

  const plan = (prior: object, vm: object) =>
    provider.probe.plan(TYPE, { prior: prior as never, config: { ...CONFIG, vm } });

  test('does not change with the order of lists that are sets of a VM', async () => {
    const { planned, diagnostics } = await plan(STATE, { ...VM, ...REORDERED });
    expect(diagnostics).toEqual([]);
    expect(planned).toMatchObject(STATE);
    expect(sent('admission.preview')).toEqual([]);
  });

  test('keeps the order of what stays, where something else changes', async () => {
    const changed = { ...VM, ...REORDERED, cpu_cores: 2, security_groups: [B] };
    const { planned } = await plan(STATE, changed);
    const vm = { ...VM, ...LISTS, cpu_cores: 2, security_groups: [B] };
    expect(planned).toMatchObject({ vm });
    expect(sent('admission.preview')).toMatchObject([{ input: { vm } }]);
  });

  test('gives the labels of the provider block to its members, besides their own', async () => {
    await configure({ env: 'prod', team: 'a' });
    const vm = { ...VM, metadata: { team: 'mine' } };
    const start = { prior: null, config: { ...CONFIG, metadata: { team: 'own' }, vm } };
    const { planned } = await provider.probe.plan(TYPE, start);
    expect(planned).toMatchObject({
      metadata_all: { env: 'prod', team: 'own' },
      vm,
      vm_metadata_all: { env: 'prod', team: 'mine' },
    });
    const all = { env: 'prod', team: 'mine' };
    expect(sent('admission.preview')).toMatchObject([{ input: { vm: { ...VM, metadata: all } } }]);
    const answer = { ...ANSWER, metadata: { env: 'prod', team: 'own' } };
    answers['vm_group.get'] = () => ({ ...answer, vm: { ...VM, metadata: all } });
    const { state, diagnostics } = await provider.probe.read(TYPE, {
      ...STATE,
      vm,
      metadata: { team: 'own' },
      metadata_all: answer.metadata,
      vm_metadata_all: all,
    } as never);
    expect(diagnostics).toEqual([]);
    expect(state).toMatchObject({ vm, vm_metadata_all: all });
  });

  test('is changed for default labels that the provider has got since', async () => {
    await configure({ env: 'prod' });
    const prior = { ...STATE, metadata_all: { env: 'prod' } };
    const { planned } = await plan(prior, CONFIG.vm);
    expect(planned).toMatchObject({ vm: CONFIG.vm, vm_metadata_all: { env: 'prod' } });
    const vm = { ...CONFIG.vm, metadata: { env: 'prod' } };
    expect(sent('admission.preview')).toMatchObject([
      { operation: 'vm_group.update', input: { vm } },
    ]);
  });

  describe('that is deleted', () => {
    const RULES = { rules: [{ kind: 'target', metric: 'cpu_utilization_ratio', value: 0.6 }] };
    const mismatch = problem('revision-mismatch', { detail: 'At 2.', remedy: 'Read it again.' });

    /** Plans a delete of the group, lets others change it, and applies. */
    async function destroy(own: object, changed: object) {
      answers['vm_group.get'] = () => ({ ...ANSWER, ...own });
      const prior = { ...STATE, ...own } as never;
      const plan = await provider.probe.plan(TYPE, { prior, config: null });
      answers['vm_group.get'] = () => ({ ...ANSWER, ...own, ...changed, revision: 2 });
      answers['vm_group.delete'] = (input) => {
        if (input.if_revision !== 2 && input.if_desired_revision === undefined) throw mismatch;
        return { operation: operation('succeeded'), warnings: [] };
      };
      return provider.probe.apply(TYPE, { prior, config: null }, plan);
    }

    test('has the members that the plan has shown', async () => {
      const { state, diagnostics } = await destroy({}, { size: 3 });
      expect(state).toMatchObject({ id: GROUP });
      expect(diagnostics).toMatchObject([
        {
          severity: 'error',
          detail: expect.stringContaining('size: 2 -> 3\n\nNothing was deleted'),
        },
      ]);
      expect(sent('vm_group.delete')).toEqual([]);
    });

    test.each([
      ['is of the size of the plan', {}, { ready_size: 1 }, { if_revision: 2 }],
      [
        'is scaled by its own rules',
        { scaling: RULES },
        { size: 3 },
        { if_desired_revision: ANSWER.desired_revision },
      ],
    ])('is deleted if it %s', async (_case, own, changed, condition) => {
      expect(await destroy(own, changed)).toMatchObject({ state: null, diagnostics: [] });
      expect(sent('vm_group.delete')).toEqual([{ id: GROUP, ...condition }]);
    });
  });

  test('has the size that the plan shows, whatever it is by the end of the apply', async () => {
    const resource = { ...ANSWER, size: 3 };
    const ended = operation('succeeded', { target_id: GROUP });
    const done = { resource, operation: ended, warnings: [] };
    answers['vm_group.create'] = () => done;
    const { state } = await provider.probe.create(TYPE, CONFIG);
    expect(state).toMatchObject({ size: 2 });
    answers['vm_group.update'] = () => ({ ...done, resource: { ...resource, max_size: 5 } });
    const start = { prior: state, config: { ...CONFIG, max_size: 5 } };
    const updated = await provider.probe.plan(TYPE, start);
    expect(updated.planned).toMatchObject({ size: 2 });
    const applied = await provider.probe.apply(TYPE, start, updated);
    expect(applied).toMatchObject({ diagnostics: [], state: { size: 2, max_size: 5 } });
  });

  test('is unchanged when another client has changed only an order', async () => {
    answers['vm_group.get'] = () => ({ ...ANSWER, vm: { ...VM, ...REORDERED } });
    const { state, diagnostics } = await provider.probe.read(TYPE, STATE as never);
    expect(diagnostics).toEqual([]);
    expect(state).toMatchObject({ vm: LISTS });
    const { planned } = await plan(state ?? {}, CONFIG.vm);
    expect(planned).toEqual(state);
  });
});
