import { describe, expect, it, test } from '@jest/globals';
import { readRunnerConfig } from './read-runner-config.ts';

const read = (...flags: string[]) => readRunnerConfig(['doctor', ...flags], {});

test('paths that steps can read are absolute, and each is named', () => {
  const paths = ['--allow-path', '/opt/tools', '--allow-path', '/srv/rates.csv'];
  const config = { isolation: { memoryMib: 512, readable: ['/opt/tools', '/srv/rates.csv'] } };
  expect(read('--memory-mb', '512', ...paths)).toMatchObject({ ok: true, value: { config } });
  for (const path of ['tools', '/', '/opt/../etc/shadow']) {
    expect(JSON.stringify(read('--allow-path', path))).toContain('must be an absolute path');
  }
});

describe('the network of a runner', () => {
  it('is none, which no step may change', () => {
    const config = { isolation: { network: 'none' }, hosts: undefined };
    expect(read()).toMatchObject({ ok: true, value: { kind: 'examine', config } });
  });

  it('is hosts that steps may name', () => {
    const rules = ['--allow-host', '*.example.com:443', '--allow-host', '10.0.0.0/8:*'];
    const hosts = [
      { kind: 'name', name: 'example.com', below: true, port: 443 },
      { kind: 'network', address: 10 << 24, bits: 8, port: null },
    ];
    const config = { isolation: { network: 'none' }, hosts };
    expect(read('--network', 'hosts', ...rules)).toMatchObject({ ok: true, value: { config } });
  });

  it.each([
    [['--network', 'all'], 'must be none, hosts or open, not "all"'],
    [['--network', 'hosts'], 'is missing: --network hosts needs it'],
    [['--allow-host', 'db:1'], 'needs --network hosts'],
    [
      ['--network', 'hosts', '--allow-host', 'db.example.com'],
      'must end with a port, such as db.example.com:5432, not "db.example.com"',
    ],
    [
      ['--network', 'hosts', '--allow-host', '10.0.0.1/8:22'],
      'must be a name, an IPv4 address or a network such as 10.1.0.0/16, with a port',
    ],
  ])('is refused for %s', (flags, message) => {
    expect(JSON.stringify(read(...flags))).toContain(JSON.stringify(message).slice(1, -1));
  });
});
