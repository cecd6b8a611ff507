import { describe, expect, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const LOOK_MS = 16_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const OPEN_SSH = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '22',
  cidr: '0.0.0.0/0',
  description: 'maintenance',
} as const;

describe('compliance', () => {
  const bench = useBench();

  const findings = async (check: string) => {
    const { items } = await bench().expectOk('compliance_finding.list', { check: [check] });
    return items;
  };

  const statusOf = async (standard: string) => {
    const { standards } = await bench().expectOk('compliance.status', {});
    return standards.find((item) => item.standard === standard);
  };

  /** Waits until the finding of a check is in a state, and a complete scan has ended. */
  const expectState = (check: string, state: string) =>
    waitUntil(`${check} to be ${state}`, async () => {
      await bench().advance(LOOK_MS);
      const isScanned = (await statusOf('cis'))?.scanned_at != null;
      return (await findings(check)).find((finding) => isScanned && finding.state === state);
    });

  test('opens, resolves and reopens a finding as its resource changes', async () => {
    const { resource: group } = await bench().expectOk('security_group.create', {
      name: 'ssh',
      rules: [OPEN_SSH],
    });
    const found = await expectState('NC-NET-001', 'open');
    expect(found).toMatchObject({
      severity: 'critical',
      title: 'No administration port is open to the Internet',
      subject_kind: 'security_group',
      subject_id: group.id,
      subject_name: 'ssh',
      reason: 'the ingress rule tcp 22 from 0.0.0.0/0 opens port 22-23 to the Internet',
      regressions: 0,
      resolved_at: null,
    });
    expect(await bench().expectOk('compliance_finding.get', { id: found.id })).toEqual(found);
    expect(await statusOf('pci-dss')).toMatchObject({
      capped_by: ['NC-NET-001'],
      critical_violations: 1,
    });

    const narrow = [{ ...OPEN_SSH, cidr: '10.0.0.0/8' }];
    await bench().expectOk('security_group.update', { id: group.id, rules: narrow });
    const resolved = await expectState('NC-NET-001', 'resolved');
    expect(resolved).toMatchObject({
      id: found.id,
      first_seen_at: found.first_seen_at,
      resolved_by: 'admin',
    });

    await bench().expectOk('security_group.update', { id: group.id, rules: [OPEN_SSH] });
    const again = await expectState('NC-NET-001', 'open');
    expect(again).toMatchObject({
      id: found.id,
      regressions: 1,
      first_seen_at: found.first_seen_at,
    });

    await bench().expectOk('security_group.delete', { id: group.id });
    await expectState('NC-NET-001', 'resolved');
    const { items: events } = await bench().expectOk('event.list', { limit: 1000 });
    expect(
      events.filter(({ target }) => target === found.id).map(({ type, data }) => [type, data]),
    ).toEqual([
      ['compliance_finding.open', expect.objectContaining({ regressed: false, name: 'ssh' })],
      ['compliance_finding.resolved', expect.anything()],
      ['compliance_finding.open', expect.objectContaining({ regressed: true })],
      ['compliance_finding.resolved', expect.anything()],
    ]);
  });

  test('judges a VM again when a security group that it uses changes', async () => {
    const egress = { ...OPEN_SSH, direction: 'egress', cidr: '10.0.0.0/8' } as const;
    const { resource: group } = await bench().expectOk('security_group.create', {
      name: 'out',
      rules: [egress],
    });
    await makeVm(bench(), { security_groups: [group.id], metadata: { 'data-class': 'pci' } });
    await expectState('NC-INV-001', 'open');
    expect(await findings('NC-NET-004')).toEqual([]);
    await bench().expectOk('security_group.update', {
      id: group.id,
      rules: [{ ...egress, cidr: '0.0.0.0/0', ports: 'all' }],
    });
    expect(await expectState('NC-NET-004', 'open')).toMatchObject({ subject_name: SMALL_VM.name });
  });

  test('asks for critical groups whose members are on several nodes', async () => {
    await bench().expectOk('vm_group.create', {
      name: 'web',
      min_size: 1,
      max_size: 3,
      spread: 'node',
      metadata: { criticality: 'high' },
      vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 10 },
    });
    await bench().endAll();
    const found = await expectState('NC-AVL-001', 'open');
    const { resource: group } = await bench()
      .expectOk('vm_group.get', { id: found.subject_id })
      .then((resource) => bench().expectOk('vm_group.update', { id: resource.id, min_size: 2 }));
    await bench().endAll();
    expect(await expectState('NC-AVL-001', 'resolved')).toMatchObject({ subject_id: group.id });
  });

  test('shows another tenant whether the platform passes, and nothing else of it', async () => {
    const made = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(made.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const other = { principal: found.value };
    await expectState('NC-SRV-013', 'open');
    const report = await waitUntil('the tenant to be judged', async () => {
      await bench().advance(LOOK_MS);
      const shown = await bench().expectOk('compliance.report', { standard: 'cis' }, other);
      return shown.scanned_at === null ? undefined : shown;
    });
    const checkOf = (id: string) => report.checks.find((each) => each.id === id);
    // Three nodes count as one.
    expect(checkOf('NC-INV-008')).toMatchObject({ inherited: true, passed: 1, failed: 0 });
    expect(checkOf('NC-INV-001')).toMatchObject({ inherited: false });
    // Its own audit log was not verified yet, which is the case for no other tenant.
    expect(checkOf('NC-LOG-007')).toMatchObject({ inherited: true, unknown: 1, failed: 0 });
    await bench().expectOk('compliance.scan', {}, other);
    await waitUntil('the score of the day to have what is inherited', async () => {
      await bench().advance(LOOK_MS);
      const shown = await bench().expectOk('compliance.report', { standard: 'cis' }, other);
      const point = shown.segments.at(-1)?.points.at(-1);
      return point?.compliance_score === shown.compliance_score ? point : undefined;
    });
    const own = await bench().expectOk('compliance.report', { standard: 'cis' });
    expect(own.checks.find(({ id }) => id === 'NC-INV-008')).toMatchObject({
      inherited: false,
      passed: 3,
    });
    const { items } = await bench().expectOk('compliance_finding.list', { limit: 1000 }, other);
    expect(items.filter(({ subject_kind: kind }) => ['node', 'server'].includes(kind))).toEqual([]);
  });

  test('resolves the finding of a deleted key', async () => {
    const { resource: key } = await bench().expectOk('api_key.create', {
      name: 'ci',
      role: 'viewer',
    });
    const expectOwn = (state: string) =>
      waitUntil(`the finding to be ${state}`, async () => {
        await bench().advance(LOOK_MS);
        const all = await findings('NC-IAM-006');
        return all.find((each) => each.subject_id === key.id && each.state === state);
      });
    await expectOwn('open');
    await bench().expectOk('api_key.delete', { id: key.id });
    expect(await expectOwn('resolved')).toMatchObject({ resolved_by: 'admin' });
  });

  test('judges again what only grows older', async () => {
    const key = { name: 'ci', role: 'viewer', expires_in_hours: 60 * 24 } as const;
    await bench().expectOk('api_key.create', key);
    const unused = async () => (await findings('NC-IAM-007')).map((each) => each.subject_name);
    await expectState('NC-IAM-006', 'open');
    expect(await unused()).toEqual([]);
    // No event reports that time has passed.
    const { store, clock } = bench().deps;
    const [row] = await store.read({ from: 'api_keys', where: { name: 'ci' } });
    if (row === undefined) throw new Error('there is no key');
    const old = { ...row, created_at_ms: clock.nowMs() - 46 * DAY_MS };
    await store.commit([{ kind: 'put', into: 'api_keys', row: old }]);
    await bench().advance(HOUR_MS);
    const stale = await expectState('NC-IAM-007', 'open');
    expect(stale.reason).toBe('it has not been used for 46 days');
  });

  test('shows no more than lists do to callers with a smaller role', async () => {
    const key = { name: 'looker', role: 'viewer' } as const;
    const made = await bench().expectOk('api_key.create', key);
    const known = await bench().application.authenticate(made.secret ?? '');
    if (!known.ok) throw new Error(known.error.detail);
    const viewer = { principal: known.value };
    const found = await expectState('NC-IAM-006', 'open');
    const input = { check: ['NC-IAM-006'] };
    const { items } = await bench().expectOk('compliance_finding.list', input, viewer);
    expect(items[0]).toMatchObject({ id: found.id, subject_name: '', evidence: {} });
    expect(items[0]?.reason).toBe('Not shown: your role may not read what this check judges.');
    const worse = await bench().expectOk('compliance.diff', { from: '1d' }, viewer);
    expect(worse.worse.map((each) => each.subject_kind)).not.toContain('api_key');
    const report = { standard: 'cis' } as const;
    expect(await bench().expectProblem('compliance.evidence', report, viewer)).toMatchObject({
      code: 'forbidden',
    });
  });

  test('reports requirements and checks of a standard, and leaves out nothing', async () => {
    await expectState('NC-SRV-013', 'open');
    const report = await bench().expectOk('compliance.report', { standard: 'cis' });
    expect(report).toMatchObject({ standard: 'cis', version: '8.1' });
    const states = new Set(report.requirements.map(({ assessable }) => assessable));
    expect([...states].toSorted()).toEqual([
      'evidence-only',
      'no-facts',
      'not-assessable',
      'settled',
    ]);
    const assessed = report.requirements_settled + report.requirements_evidence_only;
    const others = report.requirements_no_facts + report.requirements_not_assessable;
    expect(assessed + others).toBe(report.requirements.length);
    expect(report.checks.find(({ id }) => id === 'NC-DAT-001')).toMatchObject({ passed: 0 });
  });

  test('reports fixes of a period, and what got better in it', async () => {
    const rules = [OPEN_SSH];
    const { resource: group } = await bench().expectOk('security_group.create', {
      name: 'ssh',
      rules,
    });
    await expectState('NC-NET-001', 'open');
    const from = new Date(bench().deps.clock.nowMs()).toISOString();
    const narrow = [{ ...OPEN_SSH, cidr: '10.0.0.0/8' }];
    await bench().expectOk('security_group.update', { id: group.id, rules: narrow });
    await expectState('NC-NET-001', 'resolved');
    await bench().advance(LOOK_MS);
    const { period, checks, segments, anchor } = await bench().expectOk('compliance.report', {
      standard: 'pci-dss',
      from,
    });
    expect(period).toMatchObject({ fixed: 1, sampled_ratio: 1, gaps: [] });
    expect(period.hours_to_fix).toMatchObject({ critical: expect.any(Number), low: null });
    const ratio = checks.find(({ id }) => id === 'NC-NET-001')?.passed_time_ratio;
    expect(ratio).toBeGreaterThan(0);
    expect(ratio).toBeLessThan(1);
    expect(segments.map(({ points }) => points.length)).toEqual([1]);
    expect(anchor).toBeNull();

    const { worse, better } = await bench().expectOk('compliance.diff', { from });
    expect(worse).toEqual([]);
    expect(better).toMatchObject([
      { check: 'NC-NET-001', subject_name: 'ssh', before: 'fail', after: 'pass' },
    ]);
  });

  test('shows the time without scans as a gap', async () => {
    await expectState('NC-SRV-013', 'open');
    const { period } = await bench().expectOk('compliance.report', {
      standard: 'cis',
      from: '10d',
    });
    expect(period.gaps).toHaveLength(1);
    expect(period.gaps[0]?.from).toBe(period.from);
    expect(period.sampled_ratio).toBeLessThan(0.01);
  });

  test('refuses a period that ends before it begins', async () => {
    const refused = await bench().expectProblem('compliance.report', {
      standard: 'cis',
      from: '1d',
      to: '2d',
    });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['from'], message: 'must be before to' }],
    });
  });

  test('scans everything on request', async () => {
    await expectState('NC-SRV-013', 'open');
    const before = await statusOf('cis');
    const { requested_at } = await bench().expectOk('compliance.scan', {});
    await waitUntil('the scan', async () => {
      await bench().advance(LOOK_MS);
      const after = await statusOf('cis');
      return (after?.scanned_at ?? '') >= requested_at || undefined;
    });
    expect(before?.scanned_at).not.toBeNull();
  });

  test('chains evidence, and continues behind a record of a later time', async () => {
    const { resource: group } = await bench().expectOk('security_group.create', {
      name: 'ssh',
      rules: [OPEN_SSH],
    });
    await expectState('NC-NET-001', 'open');
    const { store, clock } = bench().deps;
    const last = { column: 'position', direction: 'desc' } as const;
    const [head] = await store.read({ from: 'compliance_evidence', orderBy: last, limit: 1 });
    if (head === undefined) throw new Error('there is no evidence');
    // As a server with a fast clock would have written it.
    const aheadMs = clock.nowMs() + HOUR_MS;
    const set = { at_ms: aheadMs };
    await store.commit([{ kind: 'patch', table: 'compliance_evidence', id: head.id, set }]);
    await bench().expectOk('security_group.delete', { id: group.id });
    await expectState('NC-NET-001', 'resolved');
    const rows = await store.read({
      from: 'compliance_evidence',
      where: { subject_id: group.id, check_id: 'NC-NET-001' },
    });
    expect(rows.map(({ state, at_ms }) => [state, at_ms >= aheadMs])).toEqual([
      ['fail', false],
      ['gone', true],
    ]);
  });

  test('pages evidence, and signs its end', async () => {
    await expectState('NC-SRV-013', 'open');
    const first = await bench().expectOk('compliance.evidence', { standard: 'cis', limit: 3 });
    expect(first.signed).toBeNull();
    expect(first.records).toHaveLength(3);
    const { records, signed } = await bench().expectOk('compliance.evidence', {
      standard: 'cis',
      limit: 1000,
    });
    expect(records.slice(0, 3)).toEqual(first.records);
    expect(signed?.root).toMatchObject({ records: records.length, standard: 'cis' });
  });

  test('shows attestations beside their requirement until they end', async () => {
    const { resource } = await bench().expectOk('compliance_attestation.create', {
      standard: 'cis',
      requirement: '17.1',
      statement: 'Ann is on call.',
      valid_until: '1h',
      reference: 'DOC-12',
    });
    await bench().advance(LOOK_MS);
    const shown = async (to?: string) => {
      const { requirements } = await bench().expectOk('compliance.report', { standard: 'cis', to });
      return requirements.find(({ id }) => id === '17.1')?.attestations;
    };
    expect(await shown()).toEqual([resource]);
    await bench().advance(HOUR_MS);
    expect(await shown()).toEqual([]);
    const { id } = resource;
    await bench().expectOk('compliance_attestation.delete', { id });
    const { items } = await bench().expectOk('compliance_attestation.list', {});
    expect(items).toEqual([]);
  });

  test.each([
    [{ requirement: '99.99', valid_until: '1d' }, 'requirement', 'must be a requirement of cis'],
    [
      { requirement: '17.1', valid_until: '366d' },
      'valid_until',
      'must be at most 365 days from now',
    ],
  ])('refuses an attestation %#', async (input, field, message) => {
    const asked = { standard: 'cis', statement: 'It is so.', ...input } as const;
    const { fields } = await bench().expectProblem('compliance_attestation.create', asked);
    expect(fields).toEqual([{ path: [field], message }]);
  });
});
