import { describe, expect, test } from '@jest/globals';
import { examineScopes, explainNoScopes, type ScopeFinding } from './examine-scopes.ts';

const GOOD: ScopeFinding = {
  cgroups: 'v2',
  controllers: ['cpu', 'memory'],
  manager: 'systemd',
  user: 'root',
  program: 'there',
};

describe('scopes of VMs', () => {
  test.each<[Partial<ScopeFinding>, string | undefined]>([
    [{}, undefined],
    [{ controllers: [] }, undefined],
    [{ manager: 'other', cgroups: 'v1' }, 'systemd is not the first process'],
    [{ cgroups: 'v1' }, 'cgroups have version 1'],
    [{ cgroups: 'none' }, 'no cgroups are mounted'],
    [{ program: 'missing' }, 'systemd-run is not on this host'],
    [{ user: 'other' }, 'only root makes scopes'],
  ])('with %j are there, or a clause says why not', (found, why) => {
    expect(explainNoScopes({ ...GOOD, ...found })?.why).toBe(why);
  });

  test('are examined on this machine', () => {
    const found = examineScopes();
    expect(found.user).toBe(process.geteuid?.() === 0 ? 'root' : 'other');
    expect(found.cgroups === 'v2' || found.controllers.length === 0).toBe(true);
  });
});
