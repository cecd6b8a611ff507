/** Claims of the answers of creates, on any store. */
import { describe, expect, test } from '@jest/globals';
import type { InspectStore } from '@novacron/server/adapters/store/schema/migrate';
import { CLAIM_LEASE_MS } from '@novacron/server/app/kernel/idempotency/claims';
import type { BenchOptions } from './start-bench.ts';
import { SMALL_VM, useBench } from './use-bench.ts';

const KEY = 'shop/novacron_vm/web-01';
const [FIRST, SECOND, THIRD] = ['first', 'second', 'third'].map((run) => `claim-of-the-${run}-run`);
const ASKED = { ...SMALL_VM, idempotency_key: KEY };
const deliver = { claim: String(FIRST), keys: [KEY] };

/** @param openStore - of the database that is tested; the embedded one by default */
export function describeClaims(
  database: string,
  openStore?: (inspect: InspectStore) => ReturnType<NonNullable<BenchOptions['openStore']>>,
): void {
  describe(`the answer of a create with a claim, in ${database}`, () => {
    const bench = useBench(openStore === undefined ? {} : { openStore });

    const create = (claim?: string) =>
      bench().expectOk('vm.create', { ...ASKED, ...(claim === undefined ? {} : { claim }) });
    const refusal = (claim?: string) =>
      bench().expectProblem('vm.create', { ...ASKED, ...(claim === undefined ? {} : { claim }) });
    const preview = () =>
      bench().expectOk('admission.preview', {
        operation: 'vm.create',
        input: ASKED,
        unknown: [],
      });
    const vmCount = async () => (await bench().expectOk('vm.list', {})).items.length;

    test('is repeated to the run that has the claim', async () => {
      const first = await create(FIRST);
      await bench().advance(2 * CLAIM_LEASE_MS);
      const second = await create(FIRST);
      await bench().expectOk('idempotency.deliver', deliver);
      const third = await create(FIRST);
      for (const { resource } of [second, third]) expect(resource.id).toBe(first.resource.id);
    });

    test('is not given to another run while the lease is live', async () => {
      const { resource } = await create(FIRST);
      for (const claim of [SECOND, undefined]) {
        expect(await refusal(claim)).toMatchObject({
          code: 'name-taken',
          detail:
            'A VM named "web-01" is being created by another run with the same configuration: ' +
            `${resource.id}.`,
          remedy:
            'Choose another name if two configurations use it. If that run was interrupted, run ' +
            'this one again in 10 seconds: it then takes over the unfinished creation.',
          fields: [{ path: ['name'] }],
          data: { resource_id: resource.id, unconfirmed: 'held', retry_after_ms: CLAIM_LEASE_MS },
        });
      }
      expect((await preview()).problems).toMatchObject([
        { code: 'name-taken', data: { unconfirmed: 'held' } },
      ]);
      const { items } = await bench().expectOk('audit.list', { outcome: ['name-taken'] });
      expect(items).toHaveLength(2);
    });

    test('stays with a run that renews its lease', async () => {
      await create(FIRST);
      for (let elapsedMs = 0; elapsedMs < 3 * CLAIM_LEASE_MS; elapsedMs += CLAIM_LEASE_MS / 2) {
        await bench().advance(CLAIM_LEASE_MS / 2);
        expect(await bench().expectOk('idempotency.renew', deliver)).toEqual({ renewed: 1 });
      }
      expect(await refusal(SECOND)).toMatchObject({ data: { unconfirmed: 'held' } });
      const strange = { claim: String(SECOND), keys: [KEY] };
      expect(await bench().expectOk('idempotency.renew', strange)).toEqual({ renewed: 0 });
    });

    test('moves to one other run after the lease, which the first one then learns', async () => {
      const { resource } = await create(FIRST);
      await bench().advance(CLAIM_LEASE_MS);
      expect(await preview()).toMatchObject({ problems: [] });
      const answers = await Promise.all(
        [SECOND, THIRD, 'claim-of-the-fourth-run'].map((claim) =>
          bench().call('vm.create', { ...ASKED, claim: String(claim) }),
        ),
      );
      const given = answers.flatMap((answer) => (answer.ok ? [answer.value.resource.id] : []));
      expect(given).toEqual([resource.id]);
      expect(answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]))).toEqual([
        'name-taken',
        'name-taken',
      ]);
      expect(await bench().expectOk('idempotency.deliver', deliver)).toEqual({
        delivered: 0,
        refused: [KEY],
      });
      expect(await refusal(FIRST)).toMatchObject({ data: { unconfirmed: 'held' } });
      expect(await vmCount()).toBe(1);
    });

    test('stays with its state once it was delivered, also after the lease', async () => {
      const { resource } = await create(FIRST);
      expect(await bench().expectOk('idempotency.deliver', deliver)).toEqual({ delivered: 1 });
      expect(await bench().expectOk('idempotency.deliver', deliver)).toEqual({ delivered: 1 });
      expect(await bench().expectOk('idempotency.renew', deliver)).toEqual({ renewed: 0 });
      await bench().advance(2 * CLAIM_LEASE_MS);
      const expected = {
        code: 'name-taken',
        detail: expect.stringContaining(
          `${resource.id}. It was created by a run that was interrupted or has not finished`,
        ),
        remedy: expect.stringContaining(
          `import it: terraform import novacron_vm.NAME ${resource.id}, or the block ` +
            `import { to = novacron_vm.NAME, id = "${resource.id}" }`,
        ),
        data: { resource_id: resource.id, unconfirmed: 'delivered' },
      };
      for (const claim of [SECOND, undefined]) expect(await refusal(claim)).toMatchObject(expected);
      const { fields: _fields, ...document } = { fields: [], ...expected };
      expect((await preview()).problems).toMatchObject([document]);
      await bench().expectOk('idempotency.confirm', { keys: [KEY] });
      expect(await refusal(SECOND)).not.toHaveProperty('data.unconfirmed');
    });

    test('is free once its resource was deleted, however it was delivered', async () => {
      const first = await create(FIRST);
      await bench().end(first.operation);
      await bench().expectOk('idempotency.deliver', deliver);
      await bench().end((await bench().expectOk('vm.delete', { id: first.resource.id })).operation);
      expect((await create(SECOND)).resource.id).not.toBe(first.resource.id);
      expect(await bench().expectOk('idempotency.deliver', deliver)).toMatchObject({
        refused: [KEY],
      });
    });

    test('is one for a claim, however many repeats of several runs come at once', async () => {
      const claims = [FIRST, SECOND, FIRST, THIRD, SECOND, FIRST].map(String);
      const answers = await Promise.all(
        claims.map((claim) => bench().call('vm.create', { ...ASKED, claim })),
      );
      const owners = new Set(claims.filter((_, at) => answers[at]?.ok === true));
      expect(owners.size).toBe(1);
      expect(await vmCount()).toBe(1);
    });

    test('of a client without claims belongs to every client, until one claims it', async () => {
      const { resource } = await create();
      expect((await create()).resource.id).toBe(resource.id);
      expect((await create(FIRST)).resource.id).toBe(resource.id);
      expect(await refusal(SECOND)).toMatchObject({ data: { unconfirmed: 'held' } });
      expect(await refusal()).toMatchObject({ data: { unconfirmed: 'held' } });
      await bench().advance(CLAIM_LEASE_MS);
      expect((await create()).resource.id).toBe(resource.id);
      expect((await create()).resource.id).toBe(resource.id);
    });

    test('is claimed with any kind of request, in a batch too', async () => {
      const batch = { vms: [SMALL_VM], idempotency_key: KEY };
      await bench().expectOk('vm_batch.create', { ...batch, claim: String(FIRST) });
      expect(
        await bench().expectProblem('vm_batch.create', { ...batch, claim: String(SECOND) }),
      ).toMatchObject({ code: 'name-taken', data: { unconfirmed: 'held' } });
      const key = { idempotency_key: 'shop/reservation/kept' };
      const reserved = { ...SMALL_VM, ...key, name: 'kept', ttl_seconds: 600 };
      await bench().expectOk('reservation.create', { ...reserved, claim: String(FIRST) });
      expect(
        await bench().expectProblem('reservation.create', { ...reserved, claim: String(SECOND) }),
      ).toMatchObject({
        code: 'name-taken',
        detail: expect.stringContaining('A reservation named "kept" is being created'),
      });
      await bench().advance(CLAIM_LEASE_MS);
      const moved = await bench().expectOk('vm_batch.create', { ...batch, claim: String(SECOND) });
      expect(moved.items).toHaveLength(1);
      expect(await bench().expectOk('idempotency.deliver', deliver)).toMatchObject({
        delivered: 0,
      });
    });

    test('survives a restart of the server with its claim', async () => {
      await create(FIRST);
      await bench().restartServer();
      expect(await refusal(SECOND)).toMatchObject({ data: { unconfirmed: 'held' } });
      expect(await bench().expectOk('idempotency.deliver', deliver)).toEqual({ delivered: 1 });
    });
  });
}
