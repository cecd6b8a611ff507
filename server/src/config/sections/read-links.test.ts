import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../config.ts';

const ENV = { NOVACRON_DATA_DIR: '/dev/null' };

function refusalOf(argv: readonly string[]): string {
  const read = readConfig(argv, ENV);
  return read.ok ? 'no refusal' : read.error.detail;
}

const IN_CLEAR =
  'leads to another machine without TLS, and everything would cross the network in clear:';
const BUS = `--bus: ${IN_CLEAR} write tls://HOST:PORT, or say insecure-links`;
const STORE = `--store: ${IN_CLEAR} write ?sslmode=verify-full, or say insecure-links`;

describe('links to other machines', () => {
  test.each([
    [['--bus', 'tls://bus:4222']],
    [['--bus', 'nats://bus:4222', '--bus-ca', '/dev/null']],
    [['--bus', 'nats://[::1]:4222']],
    [['--store', 'postgres://db/a?sslmode=verify-full']],
    [['--store', 'postgres://db/a?host=/run/postgresql']],
    [['--store', 'postgres://127.0.0.1/a']],
    [['--store', 'postgres://db/a', '--bus', 'nats://bus:4222', '--insecure-links']],
  ])('are taken as %j', (argv) => expect(refusalOf(argv)).toBe('no refusal'));

  test.each([
    [['--bus', 'nats://bus:4222'], BUS],
    [['--bus', 'nats://127.0.0.1:1,nats://bus:2'], BUS],
    [['--store', 'postgres://db/a'], STORE],
    [['--store', 'postgres://localhost/a?host=db'], STORE],
    [['--store', 'postgres://db/a?sslmode=disable'], STORE],
    [['--store', 'postgres://db/a?sslmode=no-verify'], STORE],
    [['--bus-ca', 'a'], '--bus-ca: requires bus with NATS'],
    [['--bus', 'nats://bus', '--bus-ca', 'a'], '--bus-ca: cannot be read: ENOENT'],
    [['--bus', 'nats://bus', '--bus-cert', '/dev/null'], '--bus-cert: requires bus-key'],
    [['--bus', 'nats://bus', '--bus-key', '/dev/null'], '--bus-key: requires bus-cert'],
    [['--tls-min-version', '1.1'], '--tls-min-version: must be 1.3 or 1.2, not "1.1"'],
  ])('are refused as %j', (argv, text) => expect(refusalOf(argv)).toContain(text));

  test('have the files and the version of TLS that are named', () => {
    const files = ['--bus-cert', '/dev/null', '--bus-key', '/dev/null'];
    const read = readConfig(['--bus', 'tls://bus', ...files, '--tls-min-version', '1.2'], ENV);
    expect(read).toMatchObject({
      value: {
        config: {
          busTls: { minVersion: 'TLSv1.2', certFile: '/dev/null', keyFile: '/dev/null' },
          tlsMinVersion: 'TLSv1.2',
        },
      },
    });
  });
});
