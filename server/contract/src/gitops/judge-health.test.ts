import { expect, test } from '@jest/globals';
import { type HealthFacts, judgeHealth } from './judge-health.ts';

const GROUP = { name: 'g', size: 3, ready_size: 2 } as const;

test.each<[string, Partial<HealthFacts>, string, readonly string[]]>([
  ['nothing', {}, 'healthy', []],
  [
    'VMs as they should be',
    {
      vms: [
        { name: 'a', status: 'running', power_state: 'running' },
        { name: 'b', status: 'stopped', power_state: 'stopped' },
      ],
    },
    'healthy',
    [],
  ],
  [
    'a VM that is made',
    { vms: [{ name: 'a', status: 'creating', power_state: 'running' }] },
    'progressing',
    ['vm/a: creating, not running'],
  ],
  [
    'a VM that has stopped, and one that is made',
    {
      vms: [
        { name: 'a', status: 'stopped', power_state: 'running' },
        { name: 'b', status: 'creating', power_state: 'running' },
      ],
    },
    'degraded',
    ['vm/a: stopped, not running', 'vm/b: creating, not running'],
  ],
  [
    'a group that changes',
    { groups: [{ ...GROUP, status: 'changing' }] },
    'progressing',
    ['vm-group/g: changing: 2 of 3 members are ready'],
  ],
  [
    'a group without a member',
    { groups: [{ ...GROUP, status: 'degraded' }] },
    'degraded',
    ['vm-group/g: degraded: 2 of 3 members are ready'],
  ],
  [
    'a VM that restarts',
    { vms: [{ name: 'a', status: 'stopped', power_state: 'running', isChanging: true }] },
    'progressing',
    ['vm/a: stopped, not running'],
  ],
  ['a VM that was deleted', { gone: ['vm_a'] }, 'degraded', ['vm_a: does not exist any more']],
  [
    'an incident',
    { incidents: [{ target_kind: 'node', target: 'n1', summary: 'n1 does not answer' }] },
    'degraded',
    ['node/n1: incident: n1 does not answer'],
  ],
])('%s', (_name, facts, health, unhealthy) => {
  const judged = judgeHealth({ vms: [], groups: [], incidents: [], ...facts });
  expect(judged.health).toBe(health);
  expect(judged.unhealthy.map((each) => `${each.resource}: ${each.reason}`)).toEqual(unhealthy);
});
