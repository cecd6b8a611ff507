import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { keepVersion, VERSIONS_KEPT_MAX } from '../../../server/src/app/rows/policy-versions.ts';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const ruleFor = (cores: number) => `package novacron

deny contains "too many cores for ${cores}" if {
  input.operation == "vm.create"
  input.resource.cpu_cores > ${cores}
}
`;

const POLICY = { name: 'Small VMs', type: 'resource', rule: ruleFor(4) } as const;

const BIG_VM = { ...SMALL_VM, cpu_cores: 6 } as const;

describe('the versions of a policy', () => {
  const bench = useBench();

  async function make(more: Partial<InputOf<'policy.create'>> = {}) {
    const { resource } = await bench().expectOk('policy.create', { ...POLICY, ...more });
    return resource;
  }

  const later = (ms: number) => new Date(bench().deps.clock.nowMs() + ms).toISOString();

  async function statesOf(id: string) {
    const { items } = await bench().expectOk('policy.versions', { id });
    return items.map(({ version, state }) => `${version} ${state}`);
  }

  test('are listed with who wrote each, when, and what its text is reported by', async () => {
    const { id } = await make();
    await bench().expectOk('policy.update', { id, rule: ruleFor(2) });
    await bench().expectOk('policy.update', { id, enforcement_mode: 'warn' });
    const { items, next_cursor } = await bench().expectOk('policy.versions', { id });
    expect(next_cursor).toBeNull();
    expect(items).toMatchObject([
      { version: 1, state: 'earlier', rego_version: 'v1', active_from: null },
      { version: 2, state: 'decides', rego_version: 'v1', active_from: null },
    ]);
    for (const item of items) {
      expect(item.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(item.created_by).toBe('admin');
    }
    expect(items[0]?.sha256).not.toBe(items[1]?.sha256);
    const first = await bench().expectOk('policy.versions', { id, limit: 1 });
    const cursor = first.next_cursor ?? '';
    const second = await bench().expectOk('policy.versions', { id, limit: 1, cursor });
    expect([first, second].map((page) => page.items[0]?.version)).toEqual([1, 2]);
  });

  test('are compared line by line', async () => {
    const { id } = await make();
    await bench().expectOk('policy.update', { id, rule: ruleFor(2) });
    const { text } = await bench().expectOk('policy.diff', { id });
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^--- Small VMs version 1 \(admin, .*Z\)$/),
      expect.stringMatching(/^\+\+\+ Small VMs version 2 \(admin, .*Z\)$/),
      '@@ -1,6 +1,6 @@',
      ' package novacron',
      ' ',
      '-deny contains "too many cores for 4" if {',
      '+deny contains "too many cores for 2" if {',
      '   input.operation == "vm.create"',
      '-  input.resource.cpu_cores > 4',
      '+  input.resource.cpu_cores > 2',
      ' }',
      '',
    ]);
    const back = await bench().expectOk('policy.diff', { id, from_version: 2, to_version: 1 });
    expect(back.text).toContain('-  input.resource.cpu_cores > 2\n+  input.resource.cpu_cores > 4');
    const whole = await bench().expectOk('policy.diff', { id, to_version: 1 });
    expect(whole.text).toContain('--- /dev/null\n');
    const same = await bench().expectOk('policy.diff', { id, from_version: 1, to_version: 1 });
    expect(same.text).toBe('');
  });

  test.each([
    ['policy.diff', { to_version: 7 }, 'to_version'],
    ['policy.diff', { from_version: 7 }, 'from_version'],
    ['policy.rollback', { to_version: 7 }, 'to_version'],
  ] as const)('%s %j lists which versions exist', async (operation, asked, field) => {
    const { id } = await make();
    await bench().expectOk('policy.update', { id, rule: ruleFor(2) });
    const refused = await bench().expectProblem(operation, { id, to_version: 2, ...asked });
    expect(refused).toMatchObject({
      code: 'not-found',
      detail: 'The policy "Small VMs" has no version 7; it has 1, 2.',
      fields: [{ path: [field], message: 'is not a version of this policy' }],
    });
  });

  test('an earlier text comes back as a new version', async () => {
    const { id } = await make();
    await bench().expectOk('policy.update', { id, rule: 'package novacron\n\ndeny := false\n' });
    const { resource } = await bench().expectOk('policy.rollback', { id, to_version: 1 });
    expect(resource).toMatchObject({ version: 3, rule: ruleFor(4) });
    expect(await statesOf(id)).toEqual(['1 earlier', '2 earlier', '3 decides']);
    const refused = await bench().expectProblem('vm.create', BIG_VM);
    expect(refused.detail).toContain('"Small VMs" (version 3, data.novacron.deny)');
    const { items } = await bench().expectOk('audit.list', {});
    expect(items).toContainEqual(
      expect.objectContaining({ operation: 'policy.rollback', outcome: 'done' }),
    );
    const outdated = { id, to_version: 1, if_revision: 1 };
    expect(await bench().expectProblem('policy.rollback', outdated)).toMatchObject({
      code: 'revision-mismatch',
    });
  });

  test('a version that waits for its time leaves the decision to the one before it', async () => {
    const { id } = await make();
    const active_from = later(60_000);
    await bench().expectOk('policy.update', { id, rule: ruleFor(8), active_from });
    expect(await statesOf(id)).toEqual(['1 decides', '2 waits']);
    const refused = await bench().expectProblem('vm.create', BIG_VM);
    expect(refused.detail).toContain('too many cores for 4');
    expect(refused.detail).toContain('"Small VMs" (version 1, data.novacron.deny)');
    await bench().advance(60_000);
    expect(await statesOf(id)).toEqual(['1 earlier', '2 decides']);
    await bench().expectOk('vm.create', BIG_VM);
  });

  test('a new policy that waits for its time decides nothing until then', async () => {
    const { id } = await make({ active_from: later(60_000) });
    expect(await statesOf(id)).toEqual(['1 waits']);
    await bench().expectOk('vm.create', BIG_VM);
    await bench().expectOk('policy.update', { id, active_from: null });
    expect(await statesOf(id)).toEqual(['1 decides']);
    await bench().expectProblem('vm.create', { ...BIG_VM, name: 'web-02' });
  });

  test('who comes back from a version that waits need not wait', async () => {
    const { id } = await make();
    await bench().expectOk('policy.update', {
      id,
      rule: ruleFor(8),
      active_from: later(60_000),
    });
    const { resource } = await bench().expectOk('policy.rollback', { id, to_version: 1 });
    expect(resource).toMatchObject({ version: 3, active_from: null });
    expect(await statesOf(id)).toEqual(['1 earlier', '2 earlier', '3 decides']);
  });

  test('a moment that is none is refused', async () => {
    const refused = await bench().expectProblem('policy.create', {
      ...POLICY,
      active_from: 'tomorrow',
    });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['active_from'] }],
    });
  });

  test('are forgotten beyond a hundred, but for the one that decides', async () => {
    const { id } = await make();
    const [first] = await bench().store.read({ from: 'policy_versions' });
    const [row] = await bench().store.read({ from: 'orchestration_policies' });
    if (first === undefined || row === undefined) throw new Error('the policy is stored');
    const idOf = (version: number) => `${id}/${String(version).padStart(9, '0')}`;
    const active_from_ms = first.created_at_ms + 3_600_000;
    const waiting = Array.from({ length: VERSIONS_KEPT_MAX }, (_, at) => at + 2).map((version) => ({
      ...first,
      id: idOf(version),
      version,
      active_from_ms,
    }));
    const after = {
      ...row,
      observed_json: JSON.stringify({ version: VERSIONS_KEPT_MAX + 2 }),
      desired_json: JSON.stringify({
        ...POLICY,
        enabled: true,
        enforcement_mode: 'block',
        active_from: new Date(active_from_ms).toISOString(),
      }),
    };
    const changes = keepVersion([first, ...waiting], after, first.created_at_ms);
    expect(changes.filter(({ kind }) => kind === 'drop')).toEqual([
      { kind: 'drop', from: 'policy_versions', id: idOf(2) },
    ]);
  });

  test('go with the policy', async () => {
    const { id } = await make();
    await bench().expectOk('policy.delete', { id });
    expect(await bench().expectProblem('policy.versions', { id })).toMatchObject({
      code: 'not-found',
      detail: `No policy found with the id ${id}.`,
    });
  });
});
