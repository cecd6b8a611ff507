/**
 * Permissions of orchestration policies: at most those of their authors and the platform's limits.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CallAs } from '../test-kit/start-bench.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const ROUNDS_MS = 31_000;
const MINUTE_MS = 60_000;

const acts = (action: string, name = 'p') => `policy ${name}
  for vm
  rule r: custom
    then ${action}
`;

const INFORMS = acts('alert message="look"');

/** Sets the memory of every VM. */
const GROWS = JSON.stringify({
  apiVersion: 'orchestration/v1',
  kind: 'Policy',
  metadata: { name: 'p' },
  spec: {
    selector: { resourceTypes: ['vm'] },
    rules: [
      {
        name: 'r',
        type: 'custom',
        conditions: [],
        actions: [
          { type: 'custom', parameters: { operation: 'vm.update', input: { memory_gb: 8 } } },
        ],
      },
    ],
  },
});

describe('an orchestration policy', () => {
  const bench = useBench();

  async function keyOf(secret: string | undefined): Promise<CallAs> {
    const found = await bench().application.authenticate(secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    return { principal: found.value };
  }

  async function keyWith(operations: string[], name = 'author'): Promise<CallAs> {
    await bench().expectOk('role.create', { name, operations });
    return keyOf((await bench().expectOk('api_key.create', { name, role: name })).secret);
  }

  const events = async (type: string, as?: CallAs) => {
    const { items } = await bench().expectOk('event.list', { limit: 1_000 }, as);
    return items.filter((each) => each.type === type);
  };

  const entries = async (operation: string, as?: CallAs) => {
    const { items } = await bench().expectOk('audit.list', { limit: 1_000 }, as);
    return items.filter((each) => each.operation === operation);
  };

  describe('does what its author may do:', () => {
    test.each([
      ['custom operation=network.delete', ['network.delete']],
      ['scale direction=up count=1', ['vm_group.scale']],
      ['migrate zone=zone-a', ['vm.migrate']],
      ['restart', ['vm.stop', 'vm.start']],
    ])('%s needs the right to it', async (action, missing) => {
      const as = await keyWith(['orchestration_policy.create', 'admission.preview']);
      const input = { document: acts(action) };
      const refused = await bench().expectProblem('orchestration_policy.create', input, as);
      expect(refused).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining(`your role author does not allow ${missing.join(', ')}.`),
        fields: missing.map((name) => ({
          path: ['document'],
          message: `rule r: starts ${name}, which you may not call`,
        })),
        data: { missing },
      });
      const operation = 'orchestration_policy.create';
      const preview = await bench().expectOk('admission.preview', { operation, input }, as);
      expect(preview.problems.map(({ detail }) => detail)).toEqual([refused.detail]);
      expect(await entries(operation)).toMatchObject([{ outcome: 'forbidden' }]);
      // One that starts nothing is a matter of the right to write it.
      await bench().expectOk(operation, { document: INFORMS }, as);
      const more = await keyWith(['orchestration_policy.create', ...missing], 'more');
      await bench().expectOk(operation, { document: acts(action, 'q') }, more);
    });

    test('an update and enabling ask again, disabling does not', async () => {
      const { resource } = await bench().expectOk('orchestration_policy.create', {
        document: acts('custom operation=vm.stop'),
      });
      const { id } = resource;
      const as = await keyWith(['orchestration_policy.*']);
      const forbidden = { code: 'forbidden', data: { missing: ['vm.stop'] } };
      const document = `${acts('custom operation=vm.stop')}    then alert message="more"\n`;
      const refuse = (name: 'update' | 'enable', more = {}) =>
        bench().expectProblem(`orchestration_policy.${name}`, { id, ...more }, as);
      expect(await refuse('update', { document })).toMatchObject(forbidden);
      // The same document is no change.
      await bench().expectOk(
        'orchestration_policy.update',
        { id, document: acts('custom operation=vm.stop') },
        as,
      );
      await bench().expectOk('orchestration_policy.disable', { id }, as);
      expect(await refuse('enable')).toMatchObject(forbidden);
      expect(await refuse('update', { enabled: true })).toMatchObject(forbidden);
      await bench().expectOk('orchestration_policy.update', { id, document: INFORMS }, as);
    });

    test('none outlives a credential that expires or a session', async () => {
      const made = await bench().expectOk('api_key.create', {
        name: 'brief',
        role: 'admin',
        expires_in_hours: 1,
      });
      const token = await bench().expectOk('token.create', { expires_in_seconds: 60 });
      const document = acts('custom operation=vm.stop');
      for (const as of [await keyOf(made.secret), await keyOf(token.secret)]) {
        expect(
          await bench().expectProblem('orchestration_policy.create', { document }, as),
        ).toMatchObject({
          code: 'forbidden',
          detail: expect.stringContaining(
            'An orchestration policy with actions does not expire, so it would outlive',
          ),
        });
      }
      const name = 'oidc:alice';
      const session = { principal: { ...bench().admin, id: name, name } };
      expect(
        await bench().expectProblem('orchestration_policy.create', { document }, session),
      ).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining(
          'api_key.create_from_session, which writing orchestration policies with actions requires',
        ),
      });
      await bench().expectOk('orchestration_policy.create', { document: INFORMS }, session);
    });

    test('a feature that the tenant lacks is not reached through it', async () => {
      const tenant = await bench().expectOk('tenant.create', {
        name: 'research',
        features: { migration: false },
      });
      const as = await keyOf(tenant.secret);
      const document = acts('custom operation=vm.migrate');
      const refused = await bench().expectProblem('orchestration_policy.create', { document }, as);
      expect(refused).toMatchObject({
        code: 'feature-disabled',
        fields: [
          {
            path: ['document'],
            message: 'rule r: starts vm.migrate, which your tenant may not use',
          },
        ],
      });
    });
  });

  describe('of a tenant', () => {
    let as: CallAs;

    beforeEach(async () => {
      const tenant = await bench().expectOk('tenant.create', { name: 'research' });
      as = await keyOf(tenant.secret);
    });

    async function runVm(): Promise<string> {
      const { resource, operation } = await bench().expectOk('vm.create', SMALL_VM, as);
      await bench().endAll();
      expect(await bench().expectOk('operation.get', { id: operation.id }, as)).toMatchObject({
        status: 'succeeded',
      });
      return resource.id;
    }

    const write = (name: string, rule: string, more: object = {}) =>
      bench().expectOk('policy.create', { name, type: 'resource', rule, ...more });

    const NO_GROWTH = `package growth

deny contains "too large" if {
	input.action == "update_vm"
	input.resource.memory_gb > 4
	input.subject.role != "chief"
}
`;

    test('is decided by policies of the platform, which name its own role', async () => {
      const id = await runVm();
      await write('Growth', NO_GROWTH, { scope: 'platform' });
      await bench().expectOk('orchestration_policy.create', { document: GROWS }, as);
      await bench().advance(ROUNDS_MS);
      expect(await events('orchestration.refused', as)).toMatchObject([
        { data: { policy: 'p', detail: expect.stringContaining('too large') } },
      ]);
      expect(await bench().expectOk('vm.get', { id }, as)).toMatchObject({ memory_gb: 4 });
      const operations = ['orchestration_policy.*', 'vm.update'];
      await bench().expectOk('role.create', { name: 'chief', operations }, as);
      const key = { name: 'boss', role: 'chief' };
      const chief = await keyOf((await bench().expectOk('api_key.create', key, as)).secret);
      const [old] = (await bench().expectOk('orchestration_policy.list', {}, as)).items;
      await bench().expectOk('orchestration_policy.delete', { id: String(old?.id) }, as);
      await bench().expectOk('orchestration_policy.create', { document: GROWS }, chief);
      await bench().advance(ROUNDS_MS);
      await bench().endAll();
      expect(await bench().expectOk('vm.get', { id }, as)).toMatchObject({ memory_gb: 8 });
      expect(await entries('vm.update', as)).toMatchObject([
        { principal: 'policy:p', on_behalf_of: 'boss', outcome: 'done' },
        { principal: 'policy:p', on_behalf_of: 'admin', outcome: 'policy-denied' },
      ]);
      await bench().expectOk('audit.verify', {}, as);
    });

    test('is not decided by its own policies unless they opt in', async () => {
      const id = await runVm();
      const rule = NO_GROWTH;
      await bench().expectOk('policy.create', { name: 'Own', type: 'resource', rule }, as);
      await bench().expectOk('orchestration_policy.create', { document: GROWS }, as);
      await bench().advance(ROUNDS_MS);
      await bench().endAll();
      expect(await bench().expectOk('vm.get', { id }, as)).toMatchObject({ memory_gb: 8 });
    });

    test('does nothing with a feature that was switched off since', async () => {
      const id = await runVm();
      const { node } = await bench().expectOk('vm.get', { id }, as);
      const document = acts('migrate zone=nowhere');
      await bench().expectOk('orchestration_policy.create', { document }, as);
      const { items } = await bench().expectOk('tenant.list', { name: 'research' });
      const tenant = String(items[0]?.id);
      await bench().expectOk('tenant.update', { id: tenant, features: { migration: false } });
      await bench().advance(MINUTE_MS);
      expect(await events('orchestration.refused', as)).toMatchObject([
        { data: { action: 'migrate', detail: expect.stringContaining('feature migration') } },
      ]);
      expect(await bench().expectOk('vm.get', { id }, as)).toMatchObject({ node });
      expect(await entries('vm.migrate', as)).toMatchObject([
        { principal: 'policy:p', on_behalf_of: 'admin', outcome: 'feature-disabled' },
      ]);
    });
  });

  test('of the platform tenant is decided by policies of the platform as well', async () => {
    const { id } = await makeVm(bench());
    const rule = `package p\n\ndeny contains "no" if input.action == "stop_vm"\n`;
    await bench().expectOk('policy.create', {
      name: 'Stops',
      type: 'resource',
      scope: 'platform',
      rule,
    });
    const document = acts('custom operation=vm.stop');
    await bench().expectOk('orchestration_policy.create', { document });
    await bench().advance(ROUNDS_MS);
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ status: 'running' });
    expect(await events('orchestration.refused')).toHaveLength(1);
  });
});
