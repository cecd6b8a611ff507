import { expect, test } from '@jest/globals';
import { MACHINE } from '../test-kit/machine.ts';
import { attributesOf, findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { SshKey } from './ssh-key.ts';
import { Vm } from './vm.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me';

test('an SSH key has the name of its path, unless it is given one', () => {
  const named = attributesOf('ssh_key', (stack) => {
    new SshKey(stack, 'ann', { publicKey: KEY, sshKeyName: 'ann-2026', labels: { team: 'ops' } });
  });
  expect(named).toEqual({ name: 'ann-2026', public_key: KEY, metadata: { team: 'ops' } });
  const unnamed = attributesOf('ssh_key', (stack) => {
    new SshKey(stack, 'ann', { publicKey: KEY }).addLabel('team', 'ops');
  });
  expect(unnamed).toEqual({ name: 'shop-ann', public_key: KEY, metadata: { team: 'ops' } });
});

test('a VM refers to SSH keys, those of other configurations too', () => {
  const { resource, data } = synthesize((stack) => {
    const own = new SshKey(stack, 'ann', { publicKey: KEY });
    const known = SshKey.fromSshKeyId(stack, 'known', 'ssh_01jd3v6t7re3h8z9k2m4n5p6q7');
    const found = SshKey.fromSshKeyName(stack, 'found', 'ops');
    new Vm(stack, 'web', { ...MACHINE, isolated: true, authorizedKeys: [own, known, found] });
  });
  const [vm] = Object.values(resource.novacron_vm ?? {});
  expect(vm?.ssh_key_ids).toEqual([
    expect.stringMatching(/^\$\{novacron_ssh_key\..*\.id\}$/),
    'ssh_01jd3v6t7re3h8z9k2m4n5p6q7',
    expect.stringMatching(/^\$\{data\.novacron_ssh_key\..*\.id\}$/),
  ]);
  expect(Object.values(data?.novacron_ssh_key ?? {})).toEqual([{ name: 'ops' }]);
});

test('a text that is not a public key fails at synth with its path', () => {
  const trouble = findTrouble((stack) => {
    new SshKey(stack, 'ann', { publicKey: KEY.replace('ed25519', 'rsa') });
  });
  expect(trouble).toContain('[shop/ann] `publicKey` is damaged: it says ssh-rsa');
});
