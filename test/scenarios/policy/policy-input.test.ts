/** Policies that read what they are never asked: refused when written, kept when stored. */
import { describe, expect, test } from '@jest/globals';
import { acceptPolicy } from '@novacron/server/app/policy/signing/accept-policy';
import { useBench } from '../test-kit/use-bench.ts';

const TYPO = 'package typos\n\ndeny contains "too large" if input.resource.memory_bg > 64\n';
const MISTAKE =
  'line 3, column 30: input.resource.memory_bg is never defined; ' +
  'did you mean input.resource.memory_gb?';
const NOTICE = MISTAKE.replace(':', ' of the rule:');
const ONLY_VMS = TYPO.replace('memory_bg', 'memory_gb');
const ANNOTATION = '# METADATA\n# custom:\n#   unknown_input: warn\n';
const NAME = 'Typos Of Names';

describe('a policy that reads what it is never asked', () => {
  const bench = useBench();

  /** Stores a text as a release did that did not look at names. */
  async function acceptUnseen(id: string, rule: string): Promise<void> {
    const { store } = bench();
    const [row] = await store.read({ from: 'orchestration_policies', where: { id } });
    if (row === undefined) throw new Error('the policy is there');
    const desired = { ...JSON.parse(row.desired_json), rule };
    const text = { tenantId: row.tenant_id, policyId: id, version: 1, desired };
    // Accepting needs the store and the keys only.
    const compiled = JSON.parse(row.compiled_json);
    const accepted = await acceptPolicy(bench().deps as never, compiled, text);
    if (!accepted.ok) throw new Error(accepted.error.detail);
    const next = {
      ...row,
      desired_json: JSON.stringify(desired),
      compiled_json: accepted.value.compiledJson,
    };
    await store.commit([{ kind: 'put', into: 'orchestration_policies', row: next }]);
  }

  test('is refused at its line, unless its names are of a later release', async () => {
    const policy = { name: NAME, type: 'resource', rule: TYPO } as const;
    expect(await bench().expectProblem('policy.create', policy)).toMatchObject({
      code: 'rule-invalid',
      fields: [{ path: ['rule'], message: MISTAKE }],
    });
    const rule = `${ANNOTATION}${TYPO}`;
    const made = await bench().expectOk('policy.create', { ...policy, rule });
    expect(made.notices).toContain(NOTICE.replace('line 3', 'line 6'));
    const refused = await bench().expectProblem('policy.update', {
      id: made.resource.id,
      rule: TYPO.replace('memory_bg', 'memory_gbb'),
    });
    expect(refused.code).toBe('rule-invalid');
  });

  test('is kept where it was accepted before, with a notice', async () => {
    const rule = `${ANNOTATION}${TYPO}`;
    const made = await bench().expectOk('policy.create', { name: NAME, type: 'resource', rule });
    const { id } = made.resource;
    await acceptUnseen(id, TYPO);
    await bench().restartServer();
    const off = await bench().expectOk('policy.update', { id, enabled: false });
    expect(off.notices).toContain(NOTICE);
    const on = await bench().expectOk('policy.update', { id, enabled: true, rule: TYPO });
    expect(on.notices).toContain(NOTICE);
    expect(await bench().expectOk('policy.get', { id })).toMatchObject({
      enabled: true,
      rule: TYPO,
      mismatches: [{ row: 3, column: 30, message: expect.stringContaining('memory_bg') }],
    });
    // What it judges may change as well as the text.
    const fields = { rule: ONLY_VMS, selector: { kinds: ['vm'], labels: null } };
    await bench().expectOk('policy.update', { id, ...fields });
    expect((await bench().expectOk('policy.get', { id })).mismatches).toEqual([]);
    const selector = { kinds: ['network'], labels: null };
    const moved = await bench().expectOk('policy.update', { id, selector });
    const message = expect.stringContaining('input.resource.memory_gb is never defined');
    expect(moved.notices).toEqual([message]);
    expect((await bench().expectOk('policy.get', { id })).mismatches).toMatchObject([{ message }]);
  });
});
