import { describe, expect, test } from '@jest/globals';
import type { Session } from '../rpc/session.ts';
import { ACTIONS_BY_TYPE } from './actions-by-type.ts';

const VM_ID = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';

describe('actions on a server of an earlier release', () => {
  test.each([
    ['novacron_vm_reboot', {}, 'reboot'],
    ['novacron_vm_reset', {}, 'reset'],
    ['novacron_vm_pause', { paused: null }, 'pause'],
    ['novacron_vm_pause', { paused: false }, 'resume'],
  ])('%s says what the server lacks, and sends nothing', async (type, config, verb) => {
    // A session of level 3 has no client that could be used.
    const client = { knows: (level: number) => level <= 3 } as Session;
    const context = { client, signal: new AbortController().signal, progress: () => undefined };
    const invoked = ACTIONS_BY_TYPE[type]?.invoke({ vm_id: VM_ID, ...config }, context as never);
    await expect(invoked).rejects.toMatchObject({
      summary: expect.stringContaining(`${verb} VM ${VM_ID}`),
      message:
        `The NovaCron server is of an earlier release, which has no vm.${verb}.\n\n` +
        'Upgrade the server, then run the action again.',
    });
  });
});
