import { describe, expect, test } from '@jest/globals';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const deny = (text: string) => `package novacron\n\ndeny contains "${text}" if true\n`;

const POLICY = { name: 'Databases', type: 'resource', rule: deny('no databases') } as const;
const DB = { metadata: { tier: 'db' } } as const;

describe('a policy that is narrowed', () => {
  const bench = useBench();

  test('decides the kinds, labels and actions that it names, and nothing else', async () => {
    const selector = { kinds: ['vm'], labels: { tier: 'db' } };
    const policy = { ...POLICY, selector, actions: ['create_vm', 'update_vm'] };
    const { resource } = await bench().expectOk('policy.create', policy);
    expect(resource).toMatchObject({ selector, actions: policy.actions, priority: null });
    await bench().expectOk('network.create', { name: 'net', cidr: '10.1.0.0/16' });
    const refused = await bench().expectProblem('vm.create', { ...SMALL_VM, ...DB });
    expect(refused).toMatchObject({ code: 'policy-denied' });
    const { resource: vm, operation } = await bench().expectOk('vm.create', SMALL_VM);
    await bench().end(operation);
    const labelled = await bench().expectProblem('vm.update', { id: vm.id, ...DB });
    expect(labelled.detail).toContain('no databases');
    await bench().expectOk('vm.delete', { id: vm.id });
  });

  test('returns its reasons before those of a lower priority', async () => {
    const about = { selector: { kinds: ['vm'] }, type: 'resource' as const };
    await bench().expectOk('policy.create', { ...about, name: 'A', rule: deny('first by name') });
    await bench().expectOk('policy.create', {
      ...about,
      name: 'B',
      rule: deny('first by priority'),
      priority: 10,
    });
    const { detail } = await bench().expectProblem('vm.create', SMALL_VM);
    expect(detail.indexOf('first by priority')).toBeGreaterThan(-1);
    expect(detail.indexOf('first by priority')).toBeLessThan(detail.indexOf('first by name'));
  });

  test.each([
    [
      { actions: ['creat_vm'] },
      'creat_vm is not an action that policies decide; did you mean create_vm?',
    ],
    [{ actions: ['list_vm'] }, 'list_vm is not an action that policies decide'],
    [{ selector: { kinds: ['vmm'] } }, 'vmm is not a kind that policies decide; did you mean vm?'],
  ])('by %j is refused, because nothing would ever be asked', async (narrowed, message) => {
    const refused = await bench().expectProblem('policy.create', { ...POLICY, ...narrowed });
    expect(refused.code).toBe('validation-failed');
    expect(refused.detail).toContain(
      `The policy would never be evaluated as intended: ${message.slice(0, 20)}`,
    );
    expect(refused.fields[0]?.message.startsWith(message.slice(0, 30))).toBe(true);
  });
});
