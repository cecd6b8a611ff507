import { describe, expect, test } from '@jest/globals';
import type { ApprovalId, VmId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

describe('drift.remediate', () => {
  const bench = useBench();

  async function apply(name = 'web-01') {
    const made = await bench().expectOk('vm.create', { ...SMALL_VM, name }, TERRAFORM);
    await bench().end(made.operation);
    await bench().advance(3_000);
    return made.resource;
  }

  async function change(more: Omit<InputOf<'vm.update'>, 'id'> & { readonly id: string }) {
    const input = { ...more, id: more.id as VmId };
    await bench().end((await bench().expectOk('vm.update', input)).operation);
    await bench().advance(1_000);
  }

  async function applyDrifted(name = 'web-01') {
    const vm = await apply(name);
    await change({ id: vm.id, memory_gb: 8 });
    return vm;
  }

  const report = () => bench().expectOk('drift.report', {});
  const operator = () => ({ ...bench().admin, name: 'op', role: 'operator' });

  async function remediate(input: InputOf<'drift.remediate'>, principal = bench().admin) {
    return (await bench().expectOk('drift.remediate', input, { principal, client: 'cli' }))
      .remediated;
  }

  test('reverts as an operation that verifies, attributed to the requester', async () => {
    const { id } = await applyDrifted();
    const [item] = await remediate({ action: 'revert', ids: [id] }, operator());
    expect(item).toMatchObject({ outcome: 'started', action: 'revert', problem: null });
    if (item?.operation == null) throw new Error('no operation');
    const ended = await bench().end(item.operation);
    expect(ended).toMatchObject({
      kind: 'drift.remediate',
      status: 'succeeded',
      steps: [{ name: 'revert' }, { name: 'verify' }],
    });
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ memory_gb: 4 });
    expect((await report()).items).toEqual([]);
    const { items } = await bench().expectOk('audit.list', { resource_id: id });
    expect(items).toContainEqual(
      expect.objectContaining({ operation: 'vm.update', principal: 'op', client: 'cli' }),
    );
  });

  test('plans without doing anything in a dry run, with the block to paste', async () => {
    const { id } = await applyDrifted();
    const [item] = await remediate({ action: 'adopt', ids: [id], dry_run: true });
    expect(item).toMatchObject({
      outcome: 'planned',
      operation: null,
      hcl: ['resource "novacron_vm" "web-01" {', '  memory_gb = 8', '}'],
      import: ['import {', '  to = novacron_vm.web-01', `  id = "${id}"`, '}'],
    });
    expect((await report()).items).toHaveLength(1);
  });

  test('adopts: what is becomes the baseline', async () => {
    const { id } = await applyDrifted();
    expect(await remediate({ action: 'adopt', ids: [id] })).toMatchObject([{ outcome: 'done' }]);
    expect(await report()).toMatchObject({ items: [], explained: [{ why: 'adopted' }] });
  });

  test.each(['set', 'adopt'] as const)(
    'of an orchestration policy whose baseline was %s goes on to see drift',
    async (how) => {
      const said = (priority: number) =>
        `policy pack priority ${priority}\n  for vm\n  rule r: placement\n    then schedule ` +
        'strategy=pack\n';
      const asked = { document: said(1) };
      const { resource } = await bench().expectOk('orchestration_policy.create', asked, TERRAFORM);
      const { id } = resource;
      const rewrite = async (priority: number) => {
        await bench().advance(1_000);
        await bench().expectOk('orchestration_policy.update', { id, document: said(priority) });
      };
      await rewrite(2);
      if (how === 'set') await bench().expectOk('drift_baseline.set', { id });
      else await remediate({ action: 'adopt', ids: [id] });
      expect(await bench().expectOk('drift_baseline.get', { id })).toMatchObject({
        resource_kind: 'orchestration_policy',
      });
      expect((await report()).items).toEqual([]);
      await rewrite(3);
      expect((await report()).items).toMatchObject([
        { resource_id: id, resource_kind: 'orchestration_policy', fields: [{ field: 'document' }] },
      ]);
    },
  );

  test('ignores for a duration from now', async () => {
    const { id } = await applyDrifted();
    const until = new Date(bench().deps.clock.nowMs() + 2 * 3_600_000).toISOString();
    await remediate({ action: 'ignore', ids: [id], until: '2h', reason: 'load test' });
    expect(await report()).toMatchObject({ items: [], explained: [{ why: 'ignored', until }] });
  });

  test('ignores until a date, for a reason, and only these fields', async () => {
    const { id } = await applyDrifted();
    const untilMs = bench().deps.clock.nowMs() + 60_000;
    const until = new Date(untilMs).toISOString();
    await remediate({ action: 'ignore', ids: [id], until, reason: 'load test' });
    expect(await report()).toMatchObject({
      items: [],
      explained: [{ why: 'ignored', until, reason: 'load test' }],
    });
    await change({ id, priority: 90 });
    expect((await report()).items).toHaveLength(1);
    await change({ id, priority: 50 });
    expect((await report()).items).toHaveLength(0);
    await bench().advance(60_000);
    expect((await report()).items).toHaveLength(1);
  });

  test('means everything of one cause', async () => {
    await applyDrifted('a');
    await applyDrifted('b');
    const [group] = (await report()).groups ?? [];
    const items = await remediate({ action: 'adopt', cause: String(group?.cause) });
    expect(items.map(({ resource_name }) => resource_name)).toEqual(['a', 'b']);
  });

  describe('of critical drift', () => {
    const grave = (letter: string) => [`ssh-ed25519 AAAA${letter.repeat(30)} eve`];

    /** Someone who calls with an API key of their own. */
    async function keyOf(name: string, person = name) {
      const made = await bench().expectOk('api_key.create', { name, role: 'operator', person });
      const { id, tenant_id: tenantId } = made.resource;
      return { principal: { id, name, role: 'operator', tenantId } };
    }

    type Caller = Awaited<ReturnType<typeof keyOf>>;

    async function applyGrave() {
      const { id } = await apply();
      const eve = await keyOf('eve');
      const input = { id, ssh_keys: grave('B') };
      await bench().end((await bench().expectOk('vm.update', input, eve)).operation);
      await bench().advance(1_000);
      expect((await report()).items).toMatchObject([{ severity: 'critical' }]);
      return { id, eve };
    }

    /** Asks for a remediation. @returns its outcome, and the approval that it names */
    async function ask(id: string, { principal }: Caller, action: 'revert' | 'adopt' = 'revert') {
      const [item] = await remediate({ action, ids: [id] }, principal);
      const approval = item?.problem?.data?.approval_id as ApprovalId | undefined;
      return { outcome: item?.outcome, operation: item?.operation, approval };
    }

    async function requested(id: string, caller: Caller, action: 'revert' | 'adopt' = 'revert') {
      const { outcome, approval } = await ask(id, caller, action);
      if (approval === undefined) throw new Error(`no approval: ${outcome}`);
      return approval;
    }

    const show = (id: ApprovalId) => bench().expectOk('approval.get', { id });

    test('is requested, voted on by another person, and then carried out', async () => {
      const { id, eve } = await applyGrave();
      const laptop = await keyOf('ann-laptop', 'ann');
      const phone = await keyOf('ann-phone', 'ann');
      const planned = await remediate(
        { action: 'revert', ids: [id], dry_run: true },
        laptop.principal,
      );
      expect(planned).toMatchObject([
        { outcome: 'needs-approval', problem: { remedy: 'Carry it out to request the approval.' } },
      ]);
      const approval = await requested(id, laptop);
      expect(await ask(id, phone)).toMatchObject({ outcome: 'needs-approval', approval });
      const { items } = await bench().expectOk('approval.list', { subject_kind: ['drift'] });
      expect(items).toMatchObject([{ id: approval, subject_id: id, subject_name: 'web-01' }]);
      expect(await show(approval)).toMatchObject({
        status: 'pending',
        message: 'Revert the critical drift of web-01?',
        details: { resource_kind: 'vm', action: 'revert', severity: 'critical' },
        effects: [expect.stringMatching(/^set ssh_keys.*eve/)],
        excluded: ['ann', 'eve'],
      });
      for (const caller of [laptop, phone, eve]) {
        const own = await bench().expectProblem('approval.approve', { id: approval }, caller);
        expect(own.detail).toContain('requested it, or is an author of what it is about');
      }
      const operations = new Set(['approval.approve'] as const);
      const voter = { principal: { ...(await keyOf('dan')).principal, operations } };
      const weak = await bench().expectProblem('approval.approve', { id: approval }, voter);
      expect(weak.detail).toContain('dan may not call drift.remediate');
      await bench().expectOk('approval.approve', { id: approval }, await keyOf('bob'));
      // Bob has approved what Ann does; for himself he needs another person.
      expect(await ask(id, await keyOf('cat'))).toMatchObject({ outcome: 'needs-approval' });
      // Sent twice at the same time, it counts once.
      const asked = { action: 'revert' as const, ids: [id] };
      const [[first], [second]] = await Promise.all([
        remediate(asked, phone.principal),
        remediate(asked, phone.principal),
      ]);
      const { outcome, operation } = first ?? {};
      if (operation == null) throw new Error(`no operation: ${outcome}`);
      expect(second).toMatchObject({ outcome: 'refused', operation: null });
      expect(second?.problem?.detail).toContain(`The approval ${approval} of web-01 was used`);
      expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
      await bench().advance(61_000);
      const { items: all } = await bench().expectOk('approval.list', { subject_id: [id] });
      expect(all.map(({ status }) => status)).toEqual(['approved', 'voided']);
      const events = await bench().expectOk('event.list', {});
      const types = events.items.map(({ type }) => type).filter((type) => /^approval/.test(type));
      expect(types).toEqual([
        'approval.requested',
        'approval.approved',
        'approval.requested',
        'approval.voided',
      ]);
    });

    test('voids the approval once the drift is another one', async () => {
      const { id, eve } = await applyGrave();
      const ann = await keyOf('ann');
      const bob = await keyOf('bob');
      const first = await requested(id, ann);
      await bench().expectOk('approval.approve', { id: first }, bob);
      const other = { id, ssh_keys: grave('C') };
      await bench().end((await bench().expectOk('vm.update', other, eve)).operation);
      const second = await requested(id, ann);
      expect(await show(first)).toMatchObject({
        status: 'voided',
        problem: 'the approved subject has changed',
      });
      const third = { id, ssh_keys: grave('D') };
      await bench().end((await bench().expectOk('vm.update', third, eve)).operation);
      const late = await bench().expectProblem('approval.approve', { id: second }, bob);
      expect(late.detail).toContain('has changed since this vote was prepared');
      await bench().advance(61_000);
      expect(await show(second)).toMatchObject({
        status: 'voided',
        problem: 'its subject has changed',
      });
    });

    test('has one request at a time, which its requester replaces, for a day', async () => {
      const { id } = await applyGrave();
      const ann = await keyOf('ann');
      const bob = await keyOf('bob');
      const revert = await requested(id, ann);
      expect(await ask(id, bob, 'adopt')).toMatchObject({ approval: revert });
      const adopt = await requested(id, ann, 'adopt');
      expect((await show(revert)).problem).toBe('its requester asks to adopt instead');
      await bench().expectOk('approval.deny', { id: adopt, comment: 'a stranger' }, bob);
      const again = await requested(id, ann, 'adopt');
      const { created_at, expires_at } = await show(again);
      expect(Date.parse(expires_at) - Date.parse(created_at)).toBe(24 * 3_600_000);
      const set = { expires_at_ms: bench().deps.clock.nowMs() };
      await bench().store.commit([{ kind: 'patch', table: 'approvals', id: again, set }]);
      await bench().advance(61_000);
      expect(await show(again)).toMatchObject({
        status: 'expired',
        problem: 'not enough people approved in time: 0 of 1',
      });
    });

    test('counts no vote of someone who may not approve any more', async () => {
      const { id } = await applyGrave();
      const ann = await keyOf('ann');
      const bob = await keyOf('bob');
      const approval = await requested(id, ann);
      await bench().expectOk('approval.approve', { id: approval }, bob);
      await bench().expectOk('api_key.delete', { id: bob.principal.id });
      expect(await ask(id, ann)).toMatchObject({ outcome: 'needs-approval' });
      expect((await show(approval)).problem).toBe('a voter may not approve any more');
    });

    test('is muted and made the baseline by those only who need no approval', async () => {
      const { id } = await applyGrave();
      const ignore = (by?: Caller['principal']) =>
        remediate({ action: 'ignore', ids: [id], until: '1h', reason: 'x' }, by);
      const ann = await keyOf('ann');
      const set = await bench().expectProblem('drift_baseline.set', { id }, ann);
      expect(set.detail).toContain('another person must approve its adoption');
      expect(await ignore(ann.principal)).toMatchObject([
        {
          outcome: 'refused',
          problem: { detail: 'The drift of web-01 is critical, so your role may not mute it.' },
        },
      ]);
      expect(await ignore()).toMatchObject([{ outcome: 'done' }]);
    });
  });

  test('that fails in the middle is undone: what was is there again, as drift', async () => {
    const { id, node } = await applyDrifted();
    const driver = bench().fleet.drivers.get(String(node));
    driver?.faults.add({ action: 'configure', kind: 'fail-final' });
    const [item] = await remediate({ action: 'revert', ids: [id] });
    if (item?.operation == null) throw new Error('no operation');
    expect(await bench().end(item.operation)).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('failed on demand') },
    });
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ memory_gb: 8 });
    expect((await report()).items).toMatchObject([{ resource_id: id, severity: 'medium' }]);
  });

  test('starts a VM again that its guest stopped', async () => {
    const { id, node } = await apply();
    bench().fleet.drivers.get(String(node))?.disturb(id, { kind: 'power-off' });
    await bench().advance(60_000);
    const [item] = await remediate({ action: 'revert', ids: [id] });
    if (item?.operation == null) throw new Error('no operation');
    expect(await bench().end(item.operation)).toMatchObject({ status: 'succeeded' });
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ status: 'running' });
  });

  test('is decided by policies, and refused at the resource', async () => {
    const { id } = await applyDrifted();
    const rule = 'package novacron\nallow { input.operation != "vm.update" }';
    const asked = { name: 'frozen', type: 'access', enforcement_mode: 'block', rule } as const;
    await bench().expectOk('policy.create', asked);
    const [item] = await remediate({ action: 'revert', ids: [id] });
    expect(item).toMatchObject({
      outcome: 'refused',
      operation: null,
      problem: { code: 'policy-denied', detail: expect.stringContaining('frozen') },
    });
    expect((await report()).items).toHaveLength(1);
  });

  test('adopts nothing of a resource that an operation works on', async () => {
    const { id } = await applyDrifted();
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'configure', kind: 'hang' });
    }
    const { operation } = await bench().expectOk('vm.update', { id, memory_gb: 6 });
    const refused = await bench().expectProblem('drift_baseline.set', { id });
    expect(refused).toMatchObject({ code: 'conflict' });
    await bench().expectOk('operation.cancel', { id: operation.id });
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
    await bench().end(operation);
  });

  const FAR = '2999-01-01T00:00:00.000Z';
  test.each<{ readonly input: InputOf<'drift.remediate'>; readonly says: string }>([
    {
      input: { action: 'revert' },
      says: 'Select the drift either by resource (ids) or by actor (cause).',
    },
    { input: { action: 'revert', ids: ['vm_gone'] }, says: 'vm_gone did not cause drift.' },
    {
      input: { action: 'revert', cause: 'person/x/y' },
      says: 'Changes by person/x/y did not cause drift.',
    },
    {
      input: { action: 'adopt', ids: ['a'], reason: 'x' },
      says: 'until and reason are valid only with the action ignore.',
    },
    {
      input: { action: 'ignore', ids: ['a'], reason: 'x' },
      says: 'The action ignore requires until, the end of the suppression, and a reason.',
    },
    {
      input: { action: 'ignore', ids: ['a'], reason: 'x', until: FAR },
      says: `${FAR} is not within a year from now.`,
    },
  ])('refuses: $says', async ({ input, says }) => {
    expect((await bench().expectProblem('drift.remediate', input)).detail).toBe(says);
  });
});

describe('automatic remediation', () => {
  const bench = useBench();

  async function drift(name: string, block: number) {
    const asked = { name, cidr: `10.${block}.0.0/16` };
    const { resource } = await bench().expectOk('network.create', asked, TERRAFORM);
    await bench().advance(1_000);
    await bench().expectOk('network.update', { id: resource.id, name: `${name}-x` });
    await bench().advance(3_000);
    return bench().expectOk('network.get', { id: resource.id });
  }

  test('is off by default, reverts where it is wanted, and keeps to its rate', async () => {
    expect(await bench().expectOk('drift_settings.get', {})).toMatchObject({
      threshold: 0.05,
      auto_remediate: 'off',
      auto_per_hour_max: 10,
    });
    expect((await drift('a', 1)).name).toBe('a-x');
    const wanted = { auto_remediate: 'revert', auto_severity_max: 'high', auto_per_hour_max: 1 };
    await bench().expectOk('drift_settings.update', wanted as never);
    expect((await drift('b', 2)).name).toBe('b');
    expect((await drift('c', 3)).name).toBe('c-x');
    const { items } = await bench().expectOk('audit.list', { limit: 50 });
    expect(items).toContainEqual(
      expect.objectContaining({
        operation: 'network.update',
        principal: 'drift-remediator',
        principal_kind: 'policy',
      }),
    );
  });

  test('leaves to people what is graver than wanted', async () => {
    const wanted = { auto_remediate: 'revert', auto_severity_max: 'low' } as const;
    await bench().expectOk('drift_settings.update', wanted);
    expect((await drift('a', 1)).name).toBe('a-x');
  });

  test('goes by the threshold of the tenant', async () => {
    await bench().expectOk('drift_settings.update', { threshold: 0.5 });
    await drift('a', 1);
    const { items } = await bench().expectOk('drift.report', {});
    expect(items).toMatchObject([{ severity: 'info' }]);
  });
});
