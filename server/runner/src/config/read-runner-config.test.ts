import { describe, expect, it } from '@jest/globals';
import { readRunnerConfig } from './read-runner-config.ts';

const read = (...flags: string[]) => readRunnerConfig(['doctor', ...flags], {});

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
