/**
 * Calls that Terraform 1.12 and 1.14 make to the provider, replayed because no such Terraform runs
 * here. All other tests use the same provider with an older Terraform, which never makes these
 * calls.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import { castValue } from '../../../provider/src/cty/cast-value.ts';
import type { CtyType } from '../../../provider/src/cty/cty-type.ts';
import type { DynamicValue } from '../../../provider/src/gen/tfplugin6.ts';
import {
  objectFromWire,
  valueToWire,
} from '../../../provider/src/protocol/translation/translate-value.ts';
import {
  type RunningProvider,
  startProvider,
} from '../../../provider/src/test-kit/start-provider.ts';

// A server of its own starts before the first test.
jest.setTimeout(60_000);

const IDENTITY: CtyType = ['object', { id: 'string' }];
const PREFIX: CtyType = ['object', { name_prefix: 'string' }];
const NO_BYTES = Buffer.alloc(0);

const toWire = (type: CtyType, value: object) => valueToWire(type, castValue(type, value).value);
const identityOf = (wire: { readonly identity_data: DynamicValue | undefined } | undefined) =>
  wire === undefined ? undefined : objectFromWire(IDENTITY, wire.identity_data);

describe('the calls of newer versions of Terraform', () => {
  let novacron: RunningNovacron;
  let running: RunningProvider;
  let provider: ReturnType<typeof createNovacronProvider>;
  const ids: string[] = [];

  beforeAll(async () => {
    novacron = await startNovacron();
    const { url, adminKey } = novacron;
    provider = createNovacronProvider({ NOVACRON_ENDPOINT: url, NOVACRON_API_KEY: adminKey });
    running = await startProvider(provider);
    for (const [index, name] of ['web-a', 'web-b', 'db-a'].entries()) {
      const cidr = `10.9.${index}.0/24`;
      const { resource } = await novacron.expectOk('network.create', { name, cidr });
      ids.push(resource.id);
    }
  });
  afterAll(async () => {
    await running.close();
    await novacron.stop();
  });

  const call: RunningProvider['probe']['connection']['call'] = (name, request) =>
    running.probe.connection.call(name, request);
  const collect: RunningProvider['probe']['connection']['collect'] = (name, request) =>
    running.probe.connection.collect(name, request);
  const typeOf = (name: string): CtyType => provider.resources[name]?.schema.type ?? 'string';

  const list = (request: {
    readonly prefix?: string;
    readonly limit?: number;
    readonly type?: string;
  }) =>
    collect('listResource', {
      type_name: request.type ?? 'novacron_network',
      config: toWire(PREFIX, { name_prefix: request.prefix ?? null }),
      include_resource_object: true,
      limit: BigInt(request.limit ?? 0),
    });

  const invoke = (action: string, config: object) => {
    const type = provider.actions?.[action]?.schema.type ?? IDENTITY;
    const wire = toWire(type, config);
    return collect('invokeAction', {
      action_type: action,
      config: wire,
      client_capabilities: undefined,
    });
  };

  test('before the provider is configured, lists and actions say so', async () => {
    const events = await list({});
    expect(events).toMatchObject([
      { diagnostic: [{ severity: 1, summary: 'The provider is not configured' }] },
    ]);
    const planned = await call('planAction', {
      action_type: 'novacron_vm_power',
      config: undefined,
      client_capabilities: undefined,
    });
    expect(planned.diagnostics).toMatchObject([{ summary: 'The provider is not configured' }]);
    expect(await running.probe.configure({})).toEqual([]);
  });

  test('every resource has an identity, and everything that is listed is a resource', async () => {
    const { identity_schemas: schemas } = await call('getResourceIdentitySchemas', {});
    expect(Object.keys(schemas).sort()).toEqual(Object.keys(provider.resources).sort());
    expect(schemas.novacron_vm).toMatchObject({
      version: 0n,
      identity_attributes: [{ name: 'id', required_for_import: true }],
    });
    const schema = await call('getProviderSchema', {});
    expect(Object.keys(schema.list_resource_schemas).sort()).toEqual(Object.keys(schemas).sort());
    expect(Object.keys(schema.action_schemas)).toContain('novacron_vm_migrate');
    const metadata = await call('getMetadata', {});
    expect(metadata.list_resources).toContainEqual({ type_name: 'novacron_vm' });
    expect(metadata.actions).toContainEqual({ type_name: 'novacron_snapshot_restore' });
  });

  test('lists of administrative objects have those that can be imported', async () => {
    const role = { name: 'listed', operations: ['vm.get'] };
    const { resource } = await novacron.expectOk('role.create', role);
    const events = await list({ type: 'novacron_role' });
    expect(events.map(({ display_name }) => display_name)).toEqual(['listed']);
    const [event] = events;
    expect(identityOf(event?.identity)).toEqual({ id: resource.id });
    const listed = objectFromWire(typeOf('novacron_role'), event?.resource_object);
    expect(listed).toMatchObject({ id: resource.id, ...role });
  });

  test('an identity comes with create, stays in plan and read, and goes with delete', async () => {
    const type = typeOf('novacron_network');
    const config = { name: 'made', cidr: '10.9.9.0/24' };
    const plan = await running.probe.plan('novacron_network', { config });
    const applied = await call('applyResourceChange', {
      type_name: 'novacron_network',
      prior_state: valueToWire(type, null),
      planned_state: valueToWire(type, plan.planned),
      config: toWire(type, config),
      planned_private: plan.private,
      provider_meta: undefined,
      planned_identity: undefined,
    });
    const state = objectFromWire(type, applied.new_state);
    expect(identityOf(applied.new_identity)).toEqual({ id: state?.id });
    const read = await call('readResource', {
      type_name: 'novacron_network',
      current_state: applied.new_state,
      private: applied.private,
      provider_meta: undefined,
      client_capabilities: undefined,
      current_identity: undefined,
    });
    expect(identityOf(read.new_identity)).toEqual({ id: state?.id });
    const planned = await call('planResourceChange', {
      type_name: 'novacron_network',
      prior_state: read.new_state,
      proposed_new_state: valueToWire(type, null),
      config: valueToWire(type, null),
      prior_private: read.private,
      provider_meta: undefined,
      client_capabilities: undefined,
      prior_identity: read.new_identity,
    });
    expect(identityOf(planned.planned_identity)).toEqual({ id: state?.id });
    const deleted = await call('applyResourceChange', {
      type_name: 'novacron_network',
      prior_state: read.new_state,
      planned_state: planned.planned_state,
      config: valueToWire(type, null),
      planned_private: planned.planned_private,
      provider_meta: undefined,
      planned_identity: planned.planned_identity,
    });
    expect(deleted).toMatchObject({ new_identity: undefined, diagnostics: [] });
  });

  const importBy = (identity: object | undefined, id = '') =>
    call('importResourceState', {
      type_name: 'novacron_network',
      id,
      client_capabilities: undefined,
      identity: identity === undefined ? undefined : { identity_data: toWire(IDENTITY, identity) },
    });

  test('an import goes by identity or by id, and answers the identity', async () => {
    for (const [index, response] of [
      await importBy({ id: ids[0] }),
      await importBy(undefined, 'name=web-b'),
    ].entries()) {
      expect(response.diagnostics).toEqual([]);
      expect(identityOf(response.imported_resources[0]?.identity)).toEqual({ id: ids[index] });
    }
    const { diagnostics } = await importBy({ id: null });
    expect(diagnostics).toMatchObject([
      { summary: 'The identity of the novacron_network to import is not complete' },
    ]);
  });

  test('a stored identity is read again; one of a newer provider is refused', async () => {
    const upgrade = (version: bigint, stored: object) =>
      call('upgradeResourceIdentity', {
        type_name: 'novacron_network',
        version,
        raw_identity: { json: Buffer.from(JSON.stringify(stored)), flatmap: {} },
      });
    expect(identityOf((await upgrade(0n, { id: 'net_1' })).upgraded_identity)).toEqual({
      id: 'net_1',
    });
    expect((await upgrade(7n, {})).diagnostics).toMatchObject([
      { summary: 'The identity was written by a newer version of the provider' },
    ]);
    expect((await upgrade(0n, { id: [] })).diagnostics).toHaveLength(1);
  });

  test('a list has identity, name and object of each, as many as are asked for', async () => {
    const events = await list({ prefix: 'web-' });
    expect(events.map((event) => event.display_name).sort()).toEqual(['web-a', 'web-b']);
    expect(events.flatMap(({ diagnostic }) => diagnostic)).toEqual([]);
    const [event] = events;
    const object = objectFromWire(typeOf('novacron_network'), event?.resource_object);
    expect(object).toMatchObject({ id: identityOf(event?.identity)?.id, timeouts: null });
    expect(await list({ limit: 2 })).toHaveLength(2);
    expect(await list({ type: 'novacron_toaster' })).toMatchObject([
      { diagnostic: [{ summary: 'Unsupported type: novacron_toaster' }] },
    ]);
  });

  test('configurations of lists and actions are validated', async () => {
    const listed = await call('validateListResourceConfig', {
      type_name: 'novacron_vm',
      config: toWire(PREFIX, {}),
      include_resource_object: undefined,
      limit: undefined,
    });
    expect(listed.diagnostics).toEqual([]);
    const type = provider.actions?.novacron_vm_power?.schema.type ?? IDENTITY;
    const { diagnostics } = await call('validateActionConfig', {
      action_type: 'novacron_vm_power',
      config: toWire(type, { vm_id: 'x', power: 'maybe' }),
    });
    expect(diagnostics).toMatchObject([{ detail: expect.stringContaining('"on"') }]);
  });

  test('actions switch, boot, pause and move a VM, and restore a snapshot', async () => {
    const vm = await novacron.expectOk('vm.create', {
      name: 'acted-on',
      cpu_cores: 1,
      memory_gb: 1,
      disk_gb: 5,
    });
    await novacron.waitFor(vm.operation.id);
    const { id } = vm.resource;
    const see = () => novacron.expectOk('vm.get', { id });
    const off = await invoke('novacron_vm_power', { vm_id: id, power: 'off' });
    expect(off[0]?.type).toMatchObject({ progress: { message: expect.stringContaining('op_') } });
    expect(off.at(-1)?.type).toEqual({ $case: 'completed', completed: { diagnostics: [] } });
    expect(await see()).toMatchObject({ status: 'stopped' });
    await invoke('novacron_vm_power', { vm_id: id, power: 'on' });
    for (const [action, config, paused] of [
      ['novacron_vm_reboot', { vm_id: id }, false],
      ['novacron_vm_pause', { vm_id: id, paused: null }, true],
      ['novacron_vm_reset', { vm_id: id }, true],
      ['novacron_vm_pause', { vm_id: id, paused: false }, false],
    ] as const) {
      const done = await invoke(action, config);
      expect(done.at(-1)?.type).toMatchObject({ completed: { diagnostics: [] } });
      expect(await see()).toMatchObject({ status: 'running', paused });
    }
    const { node } = await see();
    const moved = await invoke('novacron_vm_migrate', { vm_id: id });
    expect(moved.at(-1)?.type).toMatchObject({ completed: { diagnostics: [] } });
    expect((await see()).node).not.toBe(node);
    const volume = await novacron.expectOk('volume.create', { name: 'v', size_gb: 5 });
    await novacron.waitFor(volume.operation.id);
    const snapshot = await novacron.expectOk('snapshot.create', {
      name: 's',
      volume_id: volume.resource.id,
    });
    await novacron.waitFor(snapshot.operation.id);
    const restored = await invoke('novacron_snapshot_restore', {
      snapshot_id: snapshot.resource.id,
    });
    expect(restored.at(-1)?.type).toMatchObject({ completed: { diagnostics: [] } });
  });

  test('an action that is refused ends with the reason', async () => {
    const vm_id = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
    const events = await invoke('novacron_vm_power', { vm_id, power: 'on' });
    expect(events).toMatchObject([
      {
        type: {
          completed: {
            diagnostics: [{ severity: 1, summary: expect.stringContaining(`turn VM ${vm_id} on`) }],
          },
        },
      },
    ]);
    const unknown = await invoke('novacron_toast', { id: 'x' });
    expect(unknown[0]?.type).toMatchObject({
      completed: { diagnostics: [{ summary: 'Unsupported type: novacron_toast' }] },
    });
  });

  test('a stored state from before there were identities is read as ever', async () => {
    const upgraded = await call('upgradeResourceState', {
      type_name: 'novacron_network',
      version: 0n,
      raw_state: { json: Buffer.from(JSON.stringify({ id: ids[2] })), flatmap: {} },
    });
    const read = await call('readResource', {
      type_name: 'novacron_network',
      current_state: upgraded.upgraded_state,
      private: NO_BYTES,
      provider_meta: undefined,
      client_capabilities: undefined,
      current_identity: undefined,
    });
    expect(identityOf(read.new_identity)).toEqual({ id: ids[2] });
  });
});
