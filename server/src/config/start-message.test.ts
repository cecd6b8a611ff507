import { describe, expect, test } from '@jest/globals';
import { commandOf, startMessage } from './start-message.ts';

const SERVER = {
  version: '0.1.0',
  url: 'http://127.0.0.1:7480',
  hypervisor: 'simulated, 12 nodes',
  firstKey: undefined,
  adminKeyFile: 'data/admin.key',
  firstKeyPlace: undefined,
  dashboard: 'off' as const,
  command: 'novacron',
};

describe('what the server prints once it is ready', () => {
  test('is the file of the key and the next steps on the first start, without the key', () => {
    expect(startMessage({ ...SERVER, firstKey: 'ncr_x' })).toBe(
      `The admin API key is in data/admin.key
Hypervisor: simulated, 12 nodes
NovaCron 0.1.0 is ready at http://127.0.0.1:7480

Next steps, in another terminal:
  export NOVACRON_ENDPOINT=http://127.0.0.1:7480
  export NOVACRON_API_KEY="$(cat data/admin.key)"
  novacron node list           # the command line
  novacron provider install    # the Terraform provider; then run terraform init

`,
    );
  });

  test('names the address for browsers on the first start', () => {
    const text = startMessage({ ...SERVER, firstKey: 'k', dashboard: 'on' });
    expect(text).toContain(
      'Dashboard, which the admin key signs in to: http://127.0.0.1:7480/dashboard/',
    );
    expect(startMessage({ ...SERVER, firstKey: 'k' })).not.toContain('ashboard');
  });

  test('says that the store was restored, and what is held because of that', () => {
    const restored = 'restored from a backup with data as of 2026-03-01T00:00:00.000Z';
    expect(startMessage({ ...SERVER, restored })).toContain(
      `The store was ${restored}; healing and automation are held until they are released.\n`,
    );
  });

  test('quotes a path that the shell would split', () => {
    const text = startMessage({ ...SERVER, firstKey: 'k', adminKeyFile: "/a b/it's/admin.key" });
    expect(text).toContain(`"$(cat '/a b/it'\\''s/admin.key')"`);
  });

  test('is the hypervisor and the address on later starts', () => {
    expect(startMessage(SERVER)).toBe(
      'Hypervisor: simulated, 12 nodes\nNovaCron 0.1.0 is ready at http://127.0.0.1:7480\n',
    );
  });

  test('names the server that has the key, where several share a store', () => {
    expect(startMessage({ ...SERVER, firstKeyPlace: 'host-a:/var/lib/admin.key' })).toBe(
      'The admin API key was made at the first start: host-a:/var/lib/admin.key\n' +
        'Hypervisor: simulated, 12 nodes\n' +
        'NovaCron 0.1.0 is ready at http://127.0.0.1:7480\n',
    );
  });

  test('names the command as a reader of the terminal can run it', () => {
    expect(startMessage({ ...SERVER, firstKey: 'k', command: 'npx novacron' })).toContain(
      '\n  npx novacron node list ',
    );
    expect(commandOf('file:///src/novacron/server/dist/main.js')).toBe('npx novacron');
    expect(commandOf('file:///lib/node_modules/@novacron/server/dist/main.js')).toBe('novacron');
  });
});
