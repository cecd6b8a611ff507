/** Requirements for lists on any database: the test of each database runs this suite. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { makeId } from '@novacron/contract/ids';
import { LIST_TOTAL_MAX } from '@novacron/contract/operation/listing';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { problem } from '@novacron/contract/problem/problem';
import { auditRow, commitAll } from '../../../server/src/adapters/store/suite/rows.ts';
import { makeVm, useBench } from './use-bench.ts';

/** Declares the suite of one database. */
export function describeLists(name: string, options: Parameters<typeof useBench>[0] = {}): void {
  describe(`lists on ${name}`, () => {
    const bench = useBench(options);

    const LABELS = {
      'api-1': { tier: 'api', env: 'prod' },
      'web-1': { tier: 'web', env: 'prod' },
      'web-2': { tier: 'web', env: 'test' },
      'Web-3': { tier: 'web' },
    } as const;

    beforeEach(async () => {
      for (const [name, metadata] of Object.entries(LABELS)) {
        await makeVm(bench(), { name, metadata });
        // Each is made at a time of its own.
        await bench().advance(1_000);
      }
    });

    async function namesOf(input: InputOf<'vm.list'>): Promise<string[]> {
      const { items } = await bench().expectOk('vm.list', input);
      return items.map(({ name }) => name);
    }

    describe('VMs are listed', () => {
      test.each([
        ['tier=web', ['web-1', 'web-2', 'Web-3']],
        ['tier==web,env=prod', ['web-1']],
        ['env!=prod', ['web-2', 'Web-3']],
        ['env in (prod, test)', ['api-1', 'web-1', 'web-2']],
        ['env notin (prod,test)', ['Web-3']],
        ['env', ['api-1', 'web-1', 'web-2']],
        ['!env', ['Web-3']],
        ['tier=none', []],
      ])('by the label selector %s', async (labels, names) => {
        expect(await namesOf({ labels })).toEqual(names);
      });

      test('by labels as they are after a change and after a deletion', async () => {
        const { items } = await bench().expectOk('vm.list', { labels: 'tier=web' });
        const [first, second] = items;
        if (first === undefined || second === undefined) throw new Error('VMs are missing');
        const updated = await bench().expectOk('vm.update', {
          id: first.id,
          metadata: { tier: 'db' },
        });
        await bench().end(updated.operation);
        await bench().end((await bench().expectOk('vm.delete', { id: second.id })).operation);
        expect(await namesOf({ labels: 'tier=web' })).toEqual(['Web-3']);
        expect(await namesOf({ labels: 'tier=db' })).toEqual(['web-1']);
      });

      test('by status, node and zone', async () => {
        const { items } = await bench().expectOk('vm.list', {});
        const [vm] = items;
        const nodes = await bench().expectOk('node.list', {});
        const node = nodes.items.find(({ name }) => name === vm?.node);
        if (vm === undefined || node === undefined) throw new Error('the VM has no node');
        await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
        expect(await namesOf({ status: ['stopped'] })).toEqual(['api-1']);
        expect(await namesOf({ status: ['stopped', 'running'] })).toHaveLength(4);
        expect(await namesOf({ node: [node.name] })).toEqual(
          items.filter((each) => each.node === node.name).map(({ name }) => name),
        );
        const inZone = new Set(
          nodes.items.filter(({ zone }) => zone === node.zone).map(({ name }) => name),
        );
        expect(await namesOf({ zone: [node.zone] })).toEqual(
          items.filter((each) => inZone.has(String(each.node))).map(({ name }) => name),
        );
        expect(await namesOf({ zone: ['nowhere'] })).toEqual([]);
      });

      test('by a part of their names in any case of letters, without wildcards', async () => {
        expect(await namesOf({ search: 'WEB' })).toEqual(['web-1', 'web-2', 'Web-3']);
        expect(await namesOf({ search: '%' })).toEqual([]);
        expect(await namesOf({ search: '_' })).toEqual(['api-1', 'web-1', 'web-2', 'Web-3']);
      });

      test('by the time of their creation', async () => {
        const { items } = await bench().expectOk('vm.list', {});
        const [, , third] = items;
        if (third === undefined) throw new Error('VMs are missing');
        expect(await namesOf({ since: third.created_at })).toEqual(['web-2', 'Web-3']);
        expect(await namesOf({ until: third.created_at })).toEqual(['api-1', 'web-1']);
        expect(await namesOf({ since: '1000d' })).toHaveLength(4);
        expect(await namesOf({ until: '1000d' })).toEqual([]);
      });

      test.each([
        ['name', ['Web-3', 'api-1', 'web-1', 'web-2']],
        ['-name', ['web-2', 'web-1', 'api-1', 'Web-3']],
        ['-created_at', ['Web-3', 'web-2', 'web-1', 'api-1']],
        ['-updated_at', ['Web-3', 'web-2', 'web-1', 'api-1']],
      ])('sorted by %s, on pages of any size', async (sort, names) => {
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await bench().expectOk('vm.list', {
            sort,
            search: 'e',
            limit: 1,
            ...(cursor === undefined ? {} : { cursor }),
          });
          found.push(...page.items.map(({ name }) => name));
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined);
        // The ids of all contain an `e` or not; the names decide.
        expect(found).toEqual(names.filter((name) => found.includes(name)));
        expect(found).toEqual(expect.arrayContaining(['web-1', 'web-2', 'Web-3']));
      });

      test('with the requested fields, and always with the id', async () => {
        const { items } = await bench().expectOk('vm.list', {
          fields: ['name', 'status'],
          limit: 1,
        });
        expect(items.map((item) => Object.keys(item).sort())).toEqual([['id', 'name', 'status']]);
      });

      test('with the total of all pages', async () => {
        const page = await bench().expectOk('vm.list', {
          labels: 'tier=web',
          limit: 1,
          count: true,
        });
        expect(page).toMatchObject({ total: 3, total_is_exact: true });
        expect(await bench().expectOk('vm.list', { limit: 1 })).not.toHaveProperty('total');
      });
    });

    describe('other lists', () => {
      test('operations by kind, principal and part of the target', async () => {
        const { items } = await bench().expectOk('operation.list', {
          kind: ['vm.create'],
          search: 'api',
          principal: [bench().admin.name],
        });
        expect(items.map(({ target_name }) => target_name)).toEqual(['api-1']);
        expect((await bench().expectOk('operation.list', { kind: ['vm.delete'] })).items).toEqual(
          [],
        );
      });

      test('audit entries by operation, principal, outcome and time', async () => {
        const input = { operation: ['vm.create'], outcome: ['done'], since: '1000d', count: true };
        const page = await bench().expectOk('audit.list', input);
        expect(page.total).toBe(4);
        expect((await bench().expectOk('audit.list', { principal: ['unknown'] })).items).toEqual(
          [],
        );
      });

      test('events by type, target and time', async () => {
        const all = await bench().expectOk('event.list', {});
        const [first] = all.items;
        if (first === undefined) throw new Error('events are missing');
        const { items } = await bench().expectOk('event.list', {
          type: [first.type],
          since: '1000d',
        });
        expect(items).toEqual(all.items.filter(({ type }) => type === first.type));
        expect(items.length).toBeLessThan(all.items.length);
        const target = [first.target];
        const fields = ['type'] as const;
        const about = await bench().expectOk('event.list', { target, fields: [...fields] });
        expect(about.items.length).toBeGreaterThan(0);
        expect(Object.keys(about.items[0] ?? {}).sort()).toEqual(['id', 'position', 'type']);
        expect((await bench().expectOk('event.list', { until: '1000d' })).items).toEqual([]);
      });

      test('the caller with the operations that it may call', async () => {
        const { operations } = await bench().expectOk('identity.whoami', {});
        expect(operations).toEqual(
          expect.arrayContaining(['vm.list', 'vm.create', 'tenant.create']),
        );
        const viewer = { principal: { ...bench().admin, role: 'viewer' } };
        const who = await bench().expectOk('identity.whoami', {}, viewer);
        expect(who.operations).toContain('vm.list');
        expect(who.operations).not.toContain('vm.create');
      });

      test('templates and roles, which are partly built in', async () => {
        const templates = await bench().expectOk('template.list', { search: 'DEB', sort: '-name' });
        expect(templates.items.map(({ name }) => name)).toEqual(
          templates.items
            .map(({ name }) => name)
            .toSorted()
            .toReversed(),
        );
        const roles = await bench().expectOk('role.list', { search: 'oper', count: true });
        expect([roles.items.map(({ name }) => name), roles.total]).toEqual([['operator'], 1]);
      });
    });

    describe('cursors', () => {
      const narrowed = { search: 'web', sort: 'name', limit: 1 };

      test.each([
        ['of another sort', { ...narrowed, sort: '-name' }],
        ['of another filter', { ...narrowed, search: 'we' }],
        ['of a plain list', { limit: 1 }],
      ])('%s are refused', async (_case, other) => {
        const { next_cursor } = await bench().expectOk('vm.list', narrowed);
        const cursor = String(next_cursor);
        const refused = await bench().expectProblem('vm.list', { ...other, cursor });
        expect(refused).toMatchObject({
          code: 'validation-failed',
          fields: [{ path: ['cursor'], message: 'belongs to other filters or to another sort' }],
        });
      });

      test.each([
        ['a number', '7'],
        ['no JSON', '{'],
        ['a null byte', JSON.stringify('a\u0000')],
      ])('whose value was replaced by %s are refused', async (_case, value) => {
        const { next_cursor } = await bench().expectOk('vm.list', narrowed);
        const [id, fingerprint] = String(next_cursor).split('.');
        const forged = [id, fingerprint, Buffer.from(value).toString('base64url')].join('.');
        const refused = await bench().expectProblem('vm.list', { ...narrowed, cursor: forged });
        expect(refused).toMatchObject({
          code: 'validation-failed',
          fields: [{ path: ['cursor'], message: 'must be next_cursor of the previous page' }],
        });
      });

      test('that name another value only move the page within the list of the caller', async () => {
        const { next_cursor } = await bench().expectOk('vm.list', narrowed);
        const [id, fingerprint] = String(next_cursor).split('.');
        const value = Buffer.from('"web-1"').toString('base64url');
        const cursor = [id, fingerprint, value].join('.');
        const { items } = await bench().expectOk('vm.list', { ...narrowed, cursor });
        expect(items.every((item) => item.name.includes('web'))).toBe(true);
      });
    });

    test('labels follow every write of a row', async () => {
      const [vm] = (await bench().expectOk('vm.list', { labels: 'tier=api' })).items;
      if (vm === undefined) throw new Error('the VM is missing');
      const [row] = await bench().store.read({ from: 'vms', where: { id: vm.id } });
      const desired: object = JSON.parse(String(row?.desired_json));
      // The table of labels is filled by triggers.
      const write = async (metadata: object | null) => {
        const set = { desired_json: JSON.stringify({ ...desired, metadata }) };
        const otherwise = problem('conflict', { detail: 'it is there', remedy: 'none' });
        await bench().store.commit([{ kind: 'update', table: 'vms', id: vm.id, set, otherwise }]);
      };
      await write({ tier: 'old', 'a.b/c': 'x y' });
      expect(await namesOf({ labels: 'tier=old,a.b/c' })).toEqual([vm.name]);
      expect(await namesOf({ labels: 'tier=api' })).toEqual([]);
      await write(null);
      expect(await namesOf({ labels: '!tier' })).toEqual([vm.name]);
      await write({ tier: 'api' });
    });

    test('a total of more than 10000 is not exact', async () => {
      const row = auditRow('aud_a');
      const { tenantId } = bench().admin;
      for (let first = 0; first <= LIST_TOTAL_MAX; first += 1_000) {
        const rows = Array.from({ length: 1_000 }, (_, index) => ({
          ...row,
          id: makeId('aud', first + index, new Uint8Array(10)),
          tenant_id: tenantId,
          principal: 'counted',
        }));
        await commitAll(
          bench().store,
          rows.map((each) => ({ kind: 'put', into: 'audit', row: each })),
        );
      }
      const asked = { principal: ['counted'], limit: 1, count: true, fields: ['id' as const] };
      expect(await bench().expectOk('audit.list', asked)).toMatchObject({
        total: LIST_TOTAL_MAX,
        total_is_exact: false,
      });
    });
  });
}
