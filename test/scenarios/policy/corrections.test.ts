/** Corrections of compliance findings, on the simulator. */
import { describe, expect, test } from '@jest/globals';
import type { ComplianceFinding } from '@novacron/contract/compliance/compliance';
import { NO_TELEMETRY, type Telemetry } from '@novacron/server/ports/telemetry';
import { waitUntil } from '@novacron/testing/wait-until';
import { adminNamed } from '../test-kit/approve-waiver.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const LOOK_MS = 16_000;
const HOUR_MS = 3_600_000;

describe('a correction', () => {
  let counted: string[] = [];
  const count: Telemetry['count'] = (name) => counted.push(name);
  const bench = useBench({ telemetry: { ...NO_TELEMETRY, count } });

  const stateOf = async (check: string, subjectId: string) => {
    const input = { check: [check], subject_id: subjectId };
    return (await bench().expectOk('compliance_finding.list', input)).items[0];
  };

  const expectState = (check: string, subjectId: string, state: string) =>
    waitUntil(`${check} of ${subjectId} to be ${state}`, async () => {
      await bench().advance(LOOK_MS);
      const finding = await stateOf(check, subjectId);
      return finding?.state === state ? finding : undefined;
    });

  const correct = async ({ id }: ComplianceFinding, isDry = false) => {
    const input = { id, dry_run: isDry };
    return (await bench().expectOk('compliance_finding.correct', input)).resource;
  };

  const network = async (metadata: Record<string, string>) =>
    (
      await bench().expectOk('network.create', {
        name: 'net',
        cidr: '10.1.0.0/24',
        metadata,
      })
    ).resource;

  /** A VM that fails every check with a correction. */
  const start = async () => {
    const { id: network_id } = await network({ env: 'prod' });
    const vm = await makeVm(bench(), {
      name: 'web',
      network_id,
      metadata: { owner: 'ann', criticality: 'high', 'data-class': 'internal' },
    });
    const volume = await bench().expectOk('volume.create', {
      name: 'data',
      size_gb: 1,
      attached_to: vm.id,
    });
    const secret = await bench().expectOk('volume.create', {
      name: 'patients',
      size_gb: 1,
      attached_to: vm.id,
      metadata: { 'data-class': 'phi', owner: 'ann' },
    });
    await bench().advance(HOUR_MS / 60);
    return { vm, volume: volume.resource, secret: secret.resource };
  };

  test('makes each check pass, and keeps what else the field has', async () => {
    const { vm, volume } = await start();
    const cases = [
      ['NC-VM-017', vm.id, true],
      ['NC-INV-005', vm.id, expect.objectContaining({ env: 'prod', owner: 'ann' })],
      ['NC-INV-003', volume.id, { owner: 'ann' }],
      ['NC-INV-006', volume.id, expect.objectContaining({ 'data-class': 'internal' })],
    ] as const;
    for (const [check, id, is] of cases) {
      const finding = await expectState(check, id, 'open');
      const plan = await correct(finding, true);
      expect(plan).toMatchObject({ outcome: 'planned', class: 'auto', is });
      expect(await stateOf(check, id)).toMatchObject({ state: 'open', correction: null });
      expect(await correct(finding)).toMatchObject({ outcome: 'started' });
      const resolved = await expectState(check, id, 'resolved');
      expect(resolved.correction).toMatchObject({ state: 'corrected', by: 'admin' });
    }
    const { items } = await bench().expectOk('audit.list', { operation: ['vm.update'] });
    expect(items[0]).toMatchObject({ principal: 'admin' });
  });

  test('is undone if the check still fails, which the finding says', async () => {
    const { vm } = await start();
    const found = await expectState('NC-VM-021', vm.id, 'open');
    const asked = await correct(found);
    expect(asked).toMatchObject({ outcome: 'needs-approval', class: 'approval', was: null });
    const id = String(asked.problem?.data?.approval_id);
    const own = await bench().expectProblem('approval.approve', { id: id as never });
    expect(own.detail).toContain('may not vote');
    await bench().expectOk(
      'approval.approve',
      { id: id as never },
      await adminNamed(bench(), 'ben'),
    );
    const started = await correct(found);
    expect(started.outcome).toBe('started');
    const twice = await bench().expectProblem('compliance_finding.correct', { id: found.id });
    expect(twice.detail).toBe(`${started.operation?.id} is correcting web already.`);
    // The node has not limited anything yet. No subject passes a check that is unknown.
    const [row] = await bench().store.read({
      from: 'compliance_findings',
      where: { id: found.id },
    });
    if (row === undefined || started.operation === null) throw new Error('nothing was started');
    const swapped = { ...row, check_id: 'NC-VM-999' };
    await bench().store.commit([{ kind: 'put', into: 'compliance_findings', row: swapped }]);
    const ended = await bench().end(started.operation);
    expect(ended).toMatchObject({ status: 'failed' });
    expect(JSON.stringify(ended)).toContain('web still fails NC-VM-999');
    expect((await bench().expectOk('vm.get', { id: vm.id })).io_limits ?? null).toBeNull();
    const undone = await bench().expectOk('compliance_finding.get', { id: found.id });
    expect(undone.correction).toMatchObject({
      state: 'undone',
      operation_id: started.operation.id,
      change: expect.stringContaining('io_limits of vm web: null to {"disk_iops":5000'),
    });
  });

  test('keeps what others write before it or after it', async () => {
    const { vm } = await start();
    const found = await expectState('NC-INV-005', vm.id, 'open');
    const labelsOf = async () => (await bench().expectOk('vm.get', { id: vm.id })).metadata;
    const before = await labelsOf();
    const { operation } = await correct(found);
    if (operation === null) throw new Error('nothing was started');
    const note = { ...before, note: 'mine' };
    await bench().expectOk('vm.update', { id: vm.id, metadata: note });
    const ended = await bench().end(operation);
    expect(ended.status).toBe('failed');
    expect(JSON.stringify(ended)).toContain('metadata of web has changed since');
    expect(await labelsOf()).toEqual(note);
    const input = { id: found.id };
    const { correction } = await bench().expectOk('compliance_finding.get', input);
    expect(correction).toMatchObject({ state: 'undone' });
  });

  test('limits I/O of a running VM with an approval', async () => {
    const { vm } = await start();
    const found = await expectState('NC-VM-021', vm.id, 'open');
    const asked = await correct(found);
    const id = String(asked.problem?.data?.approval_id);
    await bench().expectOk(
      'approval.approve',
      { id: id as never },
      await adminNamed(bench(), 'ben'),
    );
    const { operation } = await correct(found);
    if (operation === null) throw new Error('nothing was started');
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    await expectState('NC-VM-021', vm.id, 'resolved');
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({
      io_limits: { disk_iops: 5000, network_out_mbps: 1000 },
      status: 'running',
    });
    await bench().expectOk('vm.update', { id: vm.id, io_limits: null });
    const again = await correct(await expectState('NC-VM-021', vm.id, 'open'));
    expect(again.outcome).toBe('needs-approval');
    expect(again.problem?.data?.approval_id).not.toBe(id);
  });

  test('needs the right to change the resource, and so does a vote for it', async () => {
    const { vm } = await start();
    const found = await expectState('NC-VM-017', vm.id, 'open');
    const operations = ['compliance_finding.*', 'approval.*'];
    await bench().expectOk('role.create', { name: 'auditor', operations });
    const key = await bench().expectOk('api_key.create', { name: 'ann', role: 'auditor' });
    const principal = await bench().application.authenticate(key.secret);
    if (!principal.ok) throw new Error(principal.error.detail);
    const as = { principal: principal.value };
    const input = { id: found.id, dry_run: false };
    const { resource } = await bench().expectOk('compliance_finding.correct', input, as);
    expect(resource).toMatchObject({
      outcome: 'refused',
      problem: { code: 'forbidden', detail: 'Your role auditor does not allow vm.update.' },
    });
    const asked = await correct(await expectState('NC-VM-021', vm.id, 'open'));
    const id = String(asked.problem?.data?.approval_id);
    const vote = await bench().expectProblem('approval.approve', { id: id as never }, as);
    expect(vote.detail).toContain('may not call vm.update');
  });

  test('raises the class of a VM to that of its volumes', async () => {
    const { vm } = await start();
    const found = await expectState('NC-INV-007', vm.id, 'open');
    expect(await correct(found, true)).toMatchObject({
      outcome: 'needs-approval',
      is: expect.objectContaining({ 'data-class': 'phi' }),
      problem: { detail: expect.stringContaining('Another person must approve') },
    });
    expect((await bench().expectOk('approval.list', {})).items).toEqual([]);
  });

  test('is proposed as HCL where Terraform manages the resource', async () => {
    const { resource } = await bench().expectOk(
      'network.create',
      { name: 'net', cidr: '10.1.0.0/24', metadata: { env: 'prod' } },
      { client: 'terraform', deployment: 'shop' },
    );
    const made = await bench().expectOk(
      'vm.create',
      { ...SMALL_VM, name: 'web', network_id: resource.id, metadata: { owner: 'ann' } },
      { client: 'terraform', deployment: 'shop' },
    );
    await bench().end(made.operation);
    const found = await expectState('NC-INV-005', made.resource.id, 'open');
    const proposed = await correct(found);
    expect(proposed).toMatchObject({ outcome: 'proposed', operation: null });
    expect(proposed.hcl).toEqual([
      'resource "novacron_vm" "web" {',
      '  metadata = {',
      '    owner = "ann"',
      '    env   = "prod"',
      '  }',
      '}',
    ]);
    expect(await stateOf('NC-INV-005', made.resource.id)).toMatchObject({ state: 'open' });
  });

  test('is automatic where the tenant opts in: a dry run, an hour later the change', async () => {
    counted = [];
    const { vm } = await start();
    const found = await expectState('NC-VM-017', vm.id, 'open');
    const refused = await bench().expectProblem('compliance_settings.update', {
      auto_remediate: ['NC-VM-021'],
    });
    expect(refused.detail).toBe('NC-VM-021 has no automatic correction.');
    await bench().expectOk('compliance_settings.update', {
      auto_remediate: ['NC-VM-017', 'NC-INV-005'],
      auto_per_hour_max: 1,
    });
    expect(await bench().expectOk('compliance_settings.get', {})).toMatchObject({
      auto_per_hour_max: 1,
    });
    await bench().advance(HOUR_MS / 2);
    const planned = await bench().expectOk('compliance_finding.get', { id: found.id });
    expect(planned).toMatchObject({ state: 'open', correction: { state: 'planned' } });
    await bench().advance(HOUR_MS * 0.6);
    // At most one an hour.
    const open = async () => {
      const { items } = await bench().expectOk('compliance_finding.list', {
        check: ['NC-VM-017', 'NC-INV-005'],
        state: 'open',
      });
      return items.length;
    };
    expect(await open()).toBe(1);
    await bench().advance(HOUR_MS * 1.1);
    expect(await open()).toBe(0);
    const { correction } = await bench().expectOk('compliance_finding.get', { id: found.id });
    expect(correction).toMatchObject({ state: 'corrected', by: 'compliance-corrector' });
    const { standards } = await bench().expectOk('compliance.status', {});
    expect(Math.max(...standards.map((each) => each.auto_remediated))).toBe(2);
    expect(counted.filter((name) => name === 'compliance_auto_remediated')).toHaveLength(2);
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    expect(items.map(({ type }) => type)).toContain('compliance_finding.correction_planned');
  });

  test('asks the policies of the tenant even if it is automatic', async () => {
    const { vm } = await start();
    const found = await expectState('NC-VM-017', vm.id, 'open');
    const { resource: policy } = await bench().expectOk('policy.create', {
      name: 'Frozen',
      type: 'resource',
      rule: `package frozen
deny contains "nothing is protected by itself" if {
  input.action == "update_vm"
  input.subject.user_id == "compliance-corrector"
}`,
    });
    await bench().expectOk('compliance_settings.update', { auto_remediate: ['NC-VM-017'] });
    await bench().advance(HOUR_MS * 2);
    expect(await stateOf('NC-VM-017', vm.id)).toMatchObject({ state: 'open', correction: null });
    await bench().expectOk('policy.delete', { id: policy.id });
    await bench().advance(HOUR_MS * 2);
    expect(await bench().expectOk('compliance_finding.get', { id: found.id })).toMatchObject({
      state: 'resolved',
      correction: { state: 'corrected' },
    });
  });

  test('is announced again if it would change something else, or after an opt-out', async () => {
    const { vm } = await start();
    const found = await expectState('NC-INV-005', vm.id, 'open');
    await bench().expectOk('compliance_settings.update', { auto_remediate: ['NC-INV-005'] });
    await bench().advance(HOUR_MS / 2);
    const show = () => bench().expectOk('compliance_finding.get', { id: found.id });
    expect((await show()).correction?.change).toContain('"env":"prod"');
    const id = vm.network_id as never;
    await bench().expectOk('network.update', { id, metadata: { env: 'staging' } });
    await bench().advance(HOUR_MS * 0.6);
    const { state, correction } = await show();
    expect(state).toBe('open');
    expect(correction).toMatchObject({
      state: 'planned',
      change: expect.stringContaining('"env":"staging"'),
    });
    await bench().expectOk('compliance_settings.update', { auto_remediate: [] });
    expect((await show()).correction).toBeNull();
  });

  test('is refused without a correction, and for a finding that is not open', async () => {
    const { vm } = await start();
    const group = await bench().expectOk('security_group.create', {
      name: 'ssh',
      rules: [
        {
          direction: 'ingress',
          action: 'allow',
          protocol: 'tcp',
          ports: '22',
          cidr: '0.0.0.0/0',
        },
      ],
    });
    const found = await expectState('NC-NET-001', group.resource.id, 'open');
    const problem = await bench().expectProblem('compliance_finding.correct', { id: found.id });
    expect(problem.detail).toBe('No correction of NC-NET-001 is known for security_group ssh.');
    const fixed = await expectState('NC-VM-017', vm.id, 'open');
    await bench().expectOk('vm.update', { id: vm.id, deletion_protection: true });
    const early = await bench().expectProblem('compliance_finding.correct', { id: fixed.id });
    expect(early.detail).toBe('web passes NC-VM-017: the next scan resolves the finding.');
    const done = await expectState('NC-VM-017', vm.id, 'resolved');
    const late = await bench().expectProblem('compliance_finding.correct', { id: done.id });
    expect(late.detail).toBe(`The finding ${done.id} is resolved.`);
  });
});
