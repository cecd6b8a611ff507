import { describe, expect, test } from '@jest/globals';
import type { AgentAction } from '@novacron/contract/agent/agent-actions';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { removeActionSecrets } from './remove-action-secrets.ts';

const SPEC: MachineSpec = {
  name: 'web',
  cpu_cores: 1,
  memory_mib: 512,
  disk_gb: 1,
  template: 'default',
  network: null,
  labels: {},
};

describe('what a journal keeps of an action that has ended', () => {
  test.each([
    ['create', { kind: 'create' }],
    ['configure', { kind: 'configure', restart: 'allowed' }],
    ['prepare-incoming', { kind: 'prepare-incoming', volumes: [] }],
    ['reimage', { kind: 'reimage' }],
    ['define', { kind: 'define', volumes: [] }],
  ])('of %s everything but the secrets of the guest', (_name, more) => {
    const secrets = { user_data: 'hidden', password: 'hidden', answer_file: 'hidden' };
    const guest = { ssh_keys: ['key'], ...secrets };
    const action = { ...more, spec: { ...SPEC, guest } } as AgentAction;
    const kept = { ssh_keys: ['key'], user_data: null, password: null, answer_file: null };
    expect(removeActionSecrets(action)).toEqual({ ...more, spec: { ...SPEC, guest: kept } });
  });

  test('of an export everything but its ticket', () => {
    const kept = { kind: 'export-snapshot', ticket: '' } as const;
    expect(removeActionSecrets({ kind: 'export-snapshot', ticket: 'hidden' })).toEqual(kept);
    expect(removeActionSecrets(kept)).toBe(kept);
  });

  test('the very action where it holds none', () => {
    for (const action of [{ kind: 'start' }, { kind: 'create', spec: SPEC }] as const) {
      expect(removeActionSecrets(action)).toBe(action);
    }
  });
});
