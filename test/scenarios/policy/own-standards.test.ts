import { describe, expect, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const LOOK_MS = 16_000;

const rule = (severity: string, requirements: string, text: string) => `# METADATA
# custom:
#   standard: house-rules
#   requirements: [${requirements}]
#   severity: ${severity}
package house.p${text.length}

${text}
`;

const OWNED = rule(
  'critical',
  '"2.1", "10"',
  'deny contains "name an owner" if not input.resource.metadata.owner',
);

const CREATE_VM = ['create_vm', 'update_vm'];

describe('a standard of your own', () => {
  const bench = useBench();

  const statusOf = async (standard: string) => {
    const { standards } = await bench().expectOk('compliance.status', {});
    return standards.find((item) => item.standard === standard);
  };

  const waitFor = <T>(what: string, look: () => Promise<T | undefined>) =>
    waitUntil(what, async () => {
      await bench().advance(LOOK_MS);
      return look();
    });

  const createOwned = async () => {
    const { resource } = await bench().expectOk('policy.create', {
      name: 'VMs Have An Owner',
      type: 'compliance',
      enforcement_mode: 'audit',
      actions: CREATE_VM,
      rule: OWNED,
    });
    return resource;
  };

  test('counts the verdicts of policies as its checks', async () => {
    const policy = await createOwned();
    await makeVm(bench(), { name: 'web' });
    await makeVm(bench(), { name: 'db', metadata: { owner: 'ann' } });
    const summary = await waitFor('both VMs to be judged', async () => {
      const found = await statusOf('house-rules');
      return found?.open_violations === 1 && found.evaluated_ratio === 1 ? found : undefined;
    });
    expect(summary).toMatchObject({
      name: 'house-rules',
      compliance_score: 50,
      capped_by: [policy.id],
      requirements_settled: 2,
    });
    const report = await bench().expectOk('compliance.report', { standard: 'house-rules' });
    expect(report.requirements).toMatchObject([
      { id: '2.1', assessable: 'settled', state: 'gap', checks: [policy.id] },
      { id: '10', state: 'gap' },
    ]);
    expect(report.checks).toMatchObject([
      { id: policy.id, title: policy.name, severity: 'critical', passed: 1, failed: 1 },
    ]);
    const { items } = await bench().expectOk('compliance_finding.list', { check: [policy.id] });
    expect(items).toMatchObject([
      {
        state: 'open',
        title: policy.name,
        severity: 'critical',
        subject_kind: 'vm',
        subject_name: 'web',
        reason: 'name an owner',
        evidence: { policy: policy.name, policy_version: 1, revision: expect.any(Number) },
      },
    ]);
    const evidence = await bench().expectOk('compliance.evidence', { standard: 'house-rules' });
    expect(evidence.records.map(({ subject_name: name, state }) => [name, state])).toEqual(
      expect.arrayContaining([
        ['web', 'fail'],
        ['db', 'pass'],
      ]),
    );
    expect(evidence.signed?.root).toMatchObject({ standard: 'house-rules', records: 2 });

    await bench().expectOk('vm.update', {
      id: items[0]?.subject_id ?? '',
      metadata: { owner: 'b' },
    });
    await bench().endAll();
    await waitFor('the finding to be resolved', async () =>
      (await statusOf('house-rules'))?.compliance_score === 100 ? true : undefined,
    );
    const { better } = await bench().expectOk('compliance.diff', {
      standard: 'house-rules',
      from: evidence.to,
    });
    expect(better).toMatchObject([
      { check: policy.id, title: policy.name, severity: 'critical', before: 'fail', after: 'pass' },
    ]);
    await bench().expectOk('compliance.scan', {});
    await waitFor('the score of the day', async () => {
      const { segments } = await bench().expectOk('compliance.report', { standard: 'house-rules' });
      return segments.at(-1)?.points.at(-1)?.compliance_score === 100 ? true : undefined;
    });
  });

  test('ends with its policies, and its findings with it', async () => {
    const policy = await createOwned();
    await makeVm(bench(), { name: 'web' });
    await waitFor('the finding', async () =>
      (await statusOf('house-rules'))?.open_violations === 1 ? true : undefined,
    );
    await bench().expectOk('policy.delete', { id: policy.id });
    expect(await statusOf('house-rules')).toBeUndefined();
    const resolved = await waitFor('the finding to be resolved', async () => {
      const { items } = await bench().expectOk('compliance_finding.list', { state: 'resolved' });
      return items.find(({ check }) => check === policy.id);
    });
    expect(resolved).toMatchObject({ title: policy.name, severity: 'critical' });
  });

  test('is known to its tenant only', async () => {
    await createOwned();
    const made = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(made.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const other = { principal: found.value };
    const { standards } = await bench().expectOk('compliance.status', {}, other);
    expect(standards.map(({ standard }) => standard)).not.toContain('house-rules');
    const report = await bench().call('compliance.report', { standard: 'house-rules' }, other);
    expect(report).toMatchObject({
      error: { code: 'validation-failed', detail: 'There is no standard house-rules.' },
    });
  });

  test.each([
    ['standard: cis', 'is a standard of NovaCron'],
    ['standard: House', 'must be lower-case letters, digits and hyphens'],
    ['requirements: [1.1]', 'must be a text: put the number in quotes'],
    ['requirements: []', 'requirements'],
    ['severity: urgent', 'must be critical, high, medium, low'],
  ])('refuses %s', async (line, message) => {
    const [key = ''] = line.split(':');
    const text = OWNED.replace(new RegExp(`${key}: .*`), line);
    const answer = await bench().call('policy.create', {
      name: 'wrong',
      type: 'compliance',
      rule: text,
    });
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'rule-invalid', detail: expect.stringContaining(message) },
    });
  });

  test('refuses more standards than a report can have', async () => {
    for (let at = 1; at <= 20; at += 1) {
      await bench().expectOk('policy.create', {
        name: `rules ${at}`,
        type: 'compliance',
        actions: CREATE_VM,
        rule: OWNED.replace('house-rules', `rules-${at}`),
      });
    }
    const more = await bench().call('policy.create', {
      name: 'more',
      type: 'compliance',
      rule: OWNED,
    });
    expect(more).toMatchObject({
      error: { detail: expect.stringContaining('name 20 standards, and house-rules') },
    });
  });
});
