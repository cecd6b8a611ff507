/** Names and addresses that writes of one plan take from each other, on any store. */
import { describe, expect, test } from '@jest/globals';
import type { NetworkId, VmId } from '@novacron/contract/ids';
import type { InputOf, OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { temporaryName } from '@novacron/contract/schema/resource';
import type { InspectStore } from '@novacron/server/adapters/store/schema/migrate';
import {
  NAMED_KINDS,
  type NamedKind,
} from '@novacron/server/app/platform/value-intents/unique-values';
import type { BenchOptions } from './start-bench.ts';
import { machineOf, useBench } from './use-bench.ts';

const SESSION = 'session-1';
const TINY_VM = { cpu_cores: 1, memory_gb: 0.5, disk_gb: 1 } as const;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me';
const TERRAFORM = { client: 'terraform' } as const;

type Verb = 'create' | 'update' | 'delete';

interface Written {
  readonly resource: { readonly id: string };
}

/** @param openStore - of the database that is tested; the embedded one by default */
export function describeValueIntents(
  database: string,
  openStore?: (inspect: InspectStore) => ReturnType<NonNullable<BenchOptions['openStore']>>,
): void {
  describe(`writes of one plan, in ${database}`, () => {
    const bench = useBench(openStore === undefined ? {} : { openStore });

    /** Calls an operation of any kind as Terraform does. */
    const call = (kind: NamedKind, verb: Verb | 'get', input: object) =>
      bench().call(
        `${kind}.${verb}` as OperationName,
        input as InputOf<OperationName>,
        TERRAFORM,
      ) as Promise<Result<unknown, Problem>>;

    async function make(kind: NamedKind, input: object): Promise<string> {
      const made = await call(kind, 'create', input);
      if (!made.ok) throw new Error(JSON.stringify(made.error));
      await bench().endAll();
      return (made.value as Written).resource.id;
    }

    async function preview(kind: NamedKind, verb: Verb, input: object, session = SESSION) {
      const operation = `${kind}.${verb}` as InputOf<'admission.preview'>['operation'];
      const asked = { operation, input: { ...input }, session };
      return (await bench().expectOk('admission.preview', asked, TERRAFORM)).problems;
    }

    /** Sends a write until no change in progress has what it takes. */
    async function write(kind: NamedKind, verb: Verb, input: object) {
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const answer = await call(kind, verb, input);
        if (answer.ok || answer.error.data?.holds_name !== true) return answer;
        await bench().endAll();
      }
      throw new Error('the value is never free');
    }

    async function nameOf(kind: NamedKind, id: string): Promise<string> {
      const found = await call(kind, 'get', { id });
      return found.ok ? (found.value as { readonly name: string }).name : '';
    }

    const network = (cidr = '10.0.0.0/24') => make('network', { name: 'net', cidr });

    const addressOf = async (id: string) =>
      (await bench().expectOk('vm.get', { id: id as VmId })).ip_address;

    /** Functions that create a resource of each kind with the input it needs besides a name. */
    const MAKERS: { readonly [Kind in NamedKind]: (name: string) => Promise<string> } = {
      vm: (name) => make('vm', { ...TINY_VM, name }),
      vm_group: (name) => make('vm_group', { name, vm: TINY_VM, min_size: 1, max_size: 2 }),
      network: (name) => make('network', { name, cidr: `10.${name === 'a' ? 1 : 2}.0.0/24` }),
      security_group: (name) => make('security_group', { name }),
      volume: (name) => make('volume', { name, size_gb: 1 }),
      snapshot: async (name) =>
        make('snapshot', { name, volume_id: await make('volume', { name, size_gb: 1 }) }),
      template: (name) => make('template', { name, image: 'builtin:debian-12' }),
      ssh_key: (name) => make('ssh_key', { name, public_key: KEY }),
      tenant: (name) => make('tenant', { name }),
    };

    test.each(NAMED_KINDS)('exchange the names of two objects of the kind %s', async (kind) => {
      const [first, second] = [await MAKERS[kind]('a'), await MAKERS[kind]('b')];
      await preview(kind, 'update', { id: first, name: 'b' });
      await preview(kind, 'update', { id: second, name: 'a' });
      expect(await write(kind, 'update', { id: first, name: 'b' })).toMatchObject({ ok: true });
      expect(await nameOf(kind, first)).toBe('b');
      expect(await nameOf(kind, second)).toBe(temporaryName('b', second));
      await bench().endAll();
      expect(await write(kind, 'update', { id: second, name: 'a' })).toMatchObject({ ok: true });
      expect(await nameOf(kind, second)).toBe('a');
      await bench().endAll();
      expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
    });

    test.each([
      [
        'a policy denies it',
        { memory_gb: 4 },
        async () => {
          const rule =
            'package novacron\n\n' +
            'deny contains "Too much memory." if input.resource.memory_gb >= 4\n';
          await bench().expectOk('policy.create', { name: 'small', type: 'resource', rule });
          return undefined;
        },
        'policy-denied',
      ],
      [
        'a quota refuses it',
        { cpu_cores: 2 },
        async () => {
          const id = bench().admin.tenantId;
          await bench().expectOk('tenant.update', { id, quotas: { cpu_cores: 2 } });
          return undefined;
        },
        'quota-exceeded',
      ],
      [
        'it was changed since the plan',
        { if_desired_revision: 'other' },
        () => Promise.resolve(undefined),
        'revision-mismatch',
      ],
      [
        'it is being changed',
        {},
        async (first: string) => {
          const [row] = await bench().store.read({ from: 'vms', where: { id: first } });
          if (row === undefined) throw new Error('the VM is stored');
          const busy = { ...row, busy_operation_id: 'op_x' as const };
          await bench().store.commit([{ kind: 'put', into: 'vms', row: busy }]);
          return () => bench().store.commit([{ kind: 'put', into: 'vms', row }]);
        },
        'conflict',
      ],
    ] as const)(
      'leave the holders of names and addresses as they are where %s',
      async (_why, more, refuse, code) => {
        const [first, second] = await makeTwo();
        const change = { id: first, name: 'b', ip_address: '10.0.0.20' };
        await preview('vm', 'update', change);
        await preview('vm', 'update', { id: second, name: 'a', ip_address: '10.0.0.10' });
        const renamed = await MAKERS.vm('d');
        await preview('vm', 'update', { id: renamed, name: 'e' });
        await preview('vm', 'update', { id: first, name: 'd' });
        const undo = await refuse(first);
        expect(await call('vm', 'update', { id: first, name: 'd', ...more })).toMatchObject({
          error: { code },
        });
        await preview('vm', 'update', change);
        expect(await call('vm', 'update', { ...change, ...more })).toMatchObject({
          error: { code },
        });
        expect(await nameOf('vm', renamed)).toBe('d');
        expect(await nameOf('vm', second)).toBe('b');
        expect(await addressOf(second)).toBe('10.0.0.20');
        await undo?.();
      },
    );

    test('exchange the names of groups with those of their members', async () => {
      const [first, second] = [await MAKERS.vm_group('a'), await MAKERS.vm_group('b')];
      await preview('vm_group', 'update', { id: first, name: 'b', min_size: 2 });
      await preview('vm_group', 'update', { id: second, name: 'a' });
      const ids = await memberIds();
      // The new member is made when time passes, and not before.
      for (const { faults } of bench().fleet.drivers.values()) {
        faults.add({ action: 'create', kind: 'fail-retry', times: 1 });
      }
      const change = { id: first, name: 'b', min_size: 2 };
      expect(await call('vm_group', 'update', change)).toMatchObject({ ok: true });
      // The other one waits: a rollback of the first would need its names.
      const waiting = await call('vm_group', 'update', { id: second, name: 'a' });
      expect(waiting).toMatchObject({ ok: false, error: { data: { holds_name: true } } });
      await write('vm_group', 'update', { id: second, name: 'a' });
      await bench().endAll();
      expect(await memberIds()).toEqual({
        'a-1': ids['b-1'],
        'b-1': ids['a-1'],
        'b-2': expect.any(String),
      });
    });

    async function memberIds() {
      const { items } = await bench().expectOk('vm.list', {});
      return Object.fromEntries(items.map(({ id, name }) => [name, id]));
    }

    test('exchange addresses, so that no two machines have one at any time', async () => {
      const [first, second] = await makeTwo();
      await planExchange(first, second);
      // The machine of the holder takes its new address when time passes, and not before.
      for (const { faults } of bench().fleet.drivers.values()) {
        faults.add({ action: 'configure', kind: 'fail-retry', times: 1 });
      }
      const taking = await call('vm', 'update', { id: first, ip_address: '10.0.0.20' });
      expect(taking).toMatchObject({
        ok: false,
        error: { code: 'conflict', data: { holds_name: true } },
      });
      // The holder is on its way to a free address, and has the one before until it is there.
      expect(await addressOf(second)).toBe('10.0.0.20');
      await bench().restartServer();
      await bench().endAll();
      const between = await addressOf(second);
      expect(['10.0.0.10', '10.0.0.20']).not.toContain(between);
      expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
      await write('vm', 'update', { id: first, ip_address: '10.0.0.20' });
      await bench().restartServer();
      await bench().endAll();
      await write('vm', 'update', { id: second, ip_address: '10.0.0.10' });
      await bench().endAll();
      for (const [id, ip] of [
        [first, '10.0.0.20'],
        [second, '10.0.0.10'],
      ] as const) {
        const vm = await bench().expectOk('vm.get', { id: id as VmId });
        expect(vm.ip_address).toBe(ip);
        expect((await machineOf(bench(), vm))?.spec.network).toMatchObject({ ip_address: ip });
      }
      const rows = await bench().store.read({ from: 'network_addresses' });
      expect(rows.map(({ ip_address }) => ip_address).toSorted()).toEqual([
        '10.0.0.10',
        '10.0.0.20',
      ]);
      expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
      const { items } = await bench().expectOk('audit.list', { resource_id: second, limit: 50 });
      expect(new Set(items.map(({ principal }) => principal))).toEqual(new Set(['admin']));
    });

    async function makeTwo(cidr?: string): Promise<readonly [string, string]> {
      const network_id = (await network(cidr)) as NetworkId;
      const one = await make('vm', { ...TINY_VM, name: 'a', network_id, ip_address: '10.0.0.10' });
      const two = await make('vm', { ...TINY_VM, name: 'b', network_id, ip_address: '10.0.0.20' });
      return [one, two];
    }

    async function planExchange(first: string, second: string): Promise<void> {
      const found = await preview('vm', 'update', { id: first, ip_address: '10.0.0.20' });
      expect(found).toMatchObject([{ code: 'address-taken' }]);
      await preview('vm', 'update', { id: second, ip_address: '10.0.0.10' });
    }

    test('wait for a holder that is being changed, which has its address until then', async () => {
      const [first, second] = await makeTwo();
      await planExchange(first, second);
      const [row] = await bench().store.read({ from: 'vms', where: { id: first } });
      if (row === undefined) throw new Error('the VM is stored');
      const desired_json = row.desired_json.replace('10.0.0.10', '10.0.0.20');
      const busy = { ...row, desired_json, busy_operation_id: 'op_x' as const };
      const put = (changed: object) =>
        bench().store.commit([{ kind: 'put', into: 'vms', row: { ...row, ...changed } }]);
      await put(busy);
      expect(await call('vm', 'update', { id: second, ip_address: '10.0.0.10' })).toMatchObject({
        error: { code: 'conflict', data: { holds_name: true, operation_id: 'op_x' } },
      });
      await put(row);
    });

    test('go on from the revision of the plan after their values were taken', async () => {
      const [first, second] = await makeTwo();
      const revisionOf = async (id: string) =>
        (await bench().expectOk('vm.get', { id: id as VmId })).desired_revision;
      const planned = await revisionOf(second);
      await preview('vm', 'update', { id: first, name: 'b', ip_address: '10.0.0.20' });
      await preview('vm', 'update', { id: second, name: 'a', ip_address: '10.0.0.10' });
      await write('vm', 'update', { id: first, name: 'b', ip_address: '10.0.0.20' });
      await bench().endAll();
      const expected = { if_desired_revision: planned };
      const change = { id: second, name: 'a', ip_address: '10.0.0.10', ...expected };
      expect(await write('vm', 'update', change)).toMatchObject({ ok: true });
      await bench().endAll();
      // It is the revision of the plan no more.
      const again = await call('vm', 'update', { id: second, metadata: {}, ...expected });
      expect(again).toMatchObject({ ok: false, error: { code: 'revision-mismatch' } });
    });

    test('take no address that another write of the plan takes', async () => {
      const network_id = (await network('10.0.0.0/29')) as NetworkId;
      const at = (name: string, host: number) => ({
        ...TINY_VM,
        name,
        network_id,
        ip_address: `10.0.0.${host}`,
      });
      const [first, second] = [await make('vm', at('a', 2)), await make('vm', at('b', 3))];
      await preview('vm', 'update', { id: first, ip_address: '10.0.0.3' });
      await preview('vm', 'update', { id: second, ip_address: '10.0.0.2' });
      for (const host of [4, 5]) await preview('vm', 'create', at(`c-${host}`, host));
      await call('vm', 'update', { id: first, ip_address: '10.0.0.3' });
      await bench().endAll();
      expect(await addressOf(second)).toBe('10.0.0.6');
    });

    test('are refused where the holder of an address has nowhere to go', async () => {
      const network_id = (await network('10.0.0.0/29')) as NetworkId;
      const ids: string[] = [];
      for (const host of [2, 3, 4, 5, 6]) {
        const ip_address = `10.0.0.${host}`;
        ids.push(await make('vm', { ...TINY_VM, name: `m-${host}`, network_id, ip_address }));
      }
      const [first, second] = ids;
      await preview('vm', 'update', { id: first, ip_address: '10.0.0.3' });
      await preview('vm', 'update', { id: second, ip_address: '10.0.0.2' });
      expect(await call('vm', 'update', { id: first, ip_address: '10.0.0.3' })).toMatchObject({
        error: { code: 'address-taken', detail: expect.stringContaining('there is none') },
      });
    });

    test('are refused where the machine of the holder does not change', async () => {
      const [first, second] = await makeTwo();
      await planExchange(first, second);
      for (const driver of bench().fleet.drivers.values()) {
        driver.faults.add({ action: 'configure', kind: 'fail-final' });
      }
      const change = { id: first, ip_address: '10.0.0.20' };
      expect(await write('vm', 'update', change)).toMatchObject({
        error: { code: 'address-taken' },
      });
      expect(await addressOf(second)).toBe('10.0.0.20');
    });

    test('create what another one is renamed from, but not what another one deletes', async () => {
      const [renamed, deleted] = [await MAKERS.vm('a'), await MAKERS.vm('b')];
      const [one, two] = [
        { ...TINY_VM, name: 'a' },
        { ...TINY_VM, name: 'b' },
      ];
      await preview('vm', 'create', one);
      await preview('vm', 'create', two);
      await preview('vm', 'update', { id: renamed, name: 'c' });
      await preview('vm', 'delete', { id: deleted });
      expect(await preview('vm', 'create', one, SESSION)).toMatchObject([
        { data: { given_up: true, holder: 'leaving' } },
      ]);
      expect(await call('vm', 'create', one)).toMatchObject({ ok: true });
      expect(await nameOf('vm', renamed)).toBe(temporaryName('a', renamed));
      // It may be a replacement with create_before_destroy, which must leave the old one as it is.
      expect(await call('vm', 'create', two)).toMatchObject({
        error: {
          code: 'name-taken',
          remedy: expect.stringMatching(/deletes the VM b .*apply again/s),
        },
      });
      expect(await nameOf('vm', deleted)).toBe('b');
      await bench().endAll();
    });

    test('of the apply replace nothing that the plan has stored', async () => {
      const id = await MAKERS.vm('a');
      const create = { ...TINY_VM, name: 'a' };
      await preview('vm', 'create', create);
      await preview('vm', 'update', { id, name: 'c' });
      await bench().expectOk(
        'admission.preview',
        { operation: 'vm.create', input: create, session: 'session-2', moment: 'apply' },
        TERRAFORM,
      );
      expect(await call('vm', 'create', create)).toMatchObject({ ok: true });
      await bench().endAll();
    });

    test('move no object that the caller may not change', async () => {
      const id = await MAKERS.vm('a');
      const create = { ...TINY_VM, name: 'a' };
      await preview('vm', 'create', create);
      await preview('vm', 'update', { id, name: 'c' });
      const operations = new Set<OperationName>(['vm.create']);
      const principal = { ...bench().admin, role: 'maker', operations };
      const as = { ...TERRAFORM, principal };
      expect(await bench().call('vm.create', create, as)).toMatchObject({ ok: false });
      expect(await nameOf('vm', id)).toBe('a');
    });

    test.each([
      ['another deployment', {}, { client: 'cli' } as const, /^Choose another name, or import/],
      ['the same deployment', {}, TERRAFORM, /made without a refresh.*terraform state list -id=/s],
    ])('say what to do where %s has applied the holder', async (_who, more, made, remedy) => {
      const first = await MAKERS.vm('a');
      await bench().expectOk('vm.create', { ...TINY_VM, name: 'b', ...more }, made);
      await bench().endAll();
      const refused = await call('vm', 'update', { id: first, name: 'b' });
      const reported = expect.stringMatching(remedy);
      expect(refused).toMatchObject({ error: { code: 'name-taken', remedy: reported } });
    });

    test('do not blame the plan where it leaves the holder as it is', async () => {
      const [first, second] = [await MAKERS.vm('a'), await MAKERS.vm('b')];
      await preview('vm', 'update', { id: first, name: 'b' });
      const refused = await call('vm', 'update', { id: first, name: 'b' });
      expect(refused).toMatchObject({
        error: {
          code: 'name-taken',
          remedy: expect.not.stringContaining('refresh'),
          data: { holder: 'own', resource_id: second },
        },
      });
    });
  });
}
