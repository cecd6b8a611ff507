import { describe, expect, test } from '@jest/globals';
import { RETENTION_MS } from '@novacron/server/app/platform/retention/create-retention';
import { RETENTION_TIMES } from '@novacron/server/app/platform/retention/retention-times';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const LOOK_MS = 16_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const PCI = { owner: 'shop', env: 'prod', 'data-class': 'pci' };
const OPEN_SSH = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '22',
  cidr: '0.0.0.0/0',
  description: 'maintenance',
} as const;

describe('no score gets better by', () => {
  const bench = useBench();

  const findings = async () => {
    const { items } = await bench().expectOk('compliance_finding.list', { limit: 1000 });
    return items;
  };

  const findingOf = (check: string, subjectId: string, state: 'open' | 'resolved') =>
    waitUntil(`${check} to be ${state}`, async () => {
      await bench().advance(LOOK_MS);
      return (await findings()).find(
        (each) => each.check === check && each.subject_id === subjectId && each.state === state,
      );
    });

  const scores = async () => {
    const { standards } = await bench().expectOk('compliance.status', {});
    return new Map(standards.map((each) => [each.standard, each.compliance_score ?? 0]));
  };

  test('removing labels, all of them or one', async () => {
    const vm = await makeVm(bench(), { metadata: PCI });
    await findingOf('NC-VM-001', vm.id, 'open');
    const before = await waitUntil('the scan to end', async () => {
      const scored = await scores();
      return [...scored.values()].every((score) => score > 0) ? scored : undefined;
    });
    for (const metadata of [{ owner: 'shop', env: 'prod' }, { owner: 'shop' }, {}]) {
      await bench().expectOk('vm.update', { id: vm.id, metadata });
      await bench().endAll();
      await findingOf('NC-INV-006', vm.id, 'open');
      await bench().advance(LOOK_MS);
      const after = await scores();
      for (const [standard, score] of before) {
        expect({ standard, isBetter: (after.get(standard) ?? 0) > score }).toEqual({
          standard,
          isBetter: false,
        });
      }
      const own = (await findings()).filter((each) => each.subject_id === vm.id);
      expect(own.filter(({ check }) => check === 'NC-VM-001')).toMatchObject([{ state: 'open' }]);
    }
  });

  test('deleting and recreating a resource', async () => {
    const make = async () => {
      const group = { name: 'ssh', rules: [OPEN_SSH] };
      return (await bench().expectOk('security_group.create', group)).resource;
    };
    const first = await make();
    const found = await findingOf('NC-NET-001', first.id, 'open');
    await bench().expectOk('security_group.delete', { id: first.id });
    await findingOf('NC-NET-001', first.id, 'resolved');
    await bench().advance(HOUR_MS);
    const second = await make();
    expect(await findingOf('NC-NET-001', second.id, 'open')).toMatchObject({
      first_seen_at: found.first_seen_at,
      regressions: 1,
    });
  });

  test('moving a resource to another tenant', async () => {
    const made = await bench().expectOk('tenant.create', { name: 'hideout' });
    const known = await bench().application.authenticate(made.secret ?? '');
    if (!known.ok) throw new Error(known.error.detail);
    const other = { principal: known.value };
    const group = { name: 'ssh', rules: [OPEN_SSH] };
    await bench().expectOk('security_group.create', group, other);
    const found = await waitUntil('it to be found there', async () => {
      await bench().advance(LOOK_MS);
      const input = { check: ['NC-NET-001'] };
      const { items } = await bench().expectOk('compliance_finding.list', input, other);
      return items[0];
    });
    expect(found).toMatchObject({ state: 'open', subject_name: 'ssh' });
    const { standards } = await bench().expectOk('compliance.status', {}, other);
    expect(standards.find(({ standard }) => standard === 'cis')?.capped_by).toEqual(['NC-NET-001']);
  });

  test('stopping an agent', async () => {
    await waitUntil('a complete scan', async () => {
      await bench().advance(LOOK_MS);
      return (await findings()).length > 0 ? true : undefined;
    });
    const before = await scores();
    await bench().fleet.stopAgent('node-a');
    await bench().skip(25 * HOUR_MS);
    const { items } = await bench().expectOk('node.list', { name: 'node-a' });
    await findingOf('NC-INV-008', items[0]?.id ?? '', 'open');
    const report = await bench().expectOk('compliance.report', { standard: 'cis' });
    const release = report.checks.find(({ id }) => id === 'NC-NOD-001');
    expect(release).toMatchObject({ unknown: 1 });
    expect((await scores()).get('cis')).toBeLessThan(before.get('cis') ?? 0);
  });
});

describe('with a shorter retention', () => {
  const bench = useBench({ retention: { ...RETENTION_TIMES, auditMs: DAY_MS } });

  test('resolved findings are kept for a year', async () => {
    const { resource: group } = await bench().expectOk('security_group.create', {
      name: 'ssh',
      rules: [OPEN_SSH],
    });
    const find = (state: string) =>
      waitUntil(`the finding to be ${state}`, async () => {
        await bench().advance(LOOK_MS);
        const { items } = await bench().expectOk('compliance_finding.list', {
          check: ['NC-NET-001'],
        });
        return items.find((each) => each.state === state);
      });
    await find('open');
    await bench().expectOk('security_group.delete', { id: group.id });
    const { id } = await find('resolved');
    const [row] = await bench().store.read({ from: 'compliance_findings', where: { id } });
    if (row === undefined) throw new Error('the finding is stored');
    const ageBy = async (ms: number) => {
      const resolved_at_ms = bench().deps.clock.nowMs() - ms;
      const old = { ...row, resolved_at_ms };
      await bench().store.commit([{ kind: 'put', into: 'compliance_findings', row: old }]);
      await bench().skip(RETENTION_MS);
      return bench().store.count({ from: 'compliance_findings', where: { id } });
    };
    expect(await ageBy(360 * DAY_MS)).toBe(1);
    expect(await ageBy(366 * DAY_MS)).toBe(0);
  });
});
