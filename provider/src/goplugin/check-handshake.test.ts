import { describe, expect, test } from '@jest/globals';
import { checkHandshake, formatHandshake } from './check-handshake.ts';

const COOKIE = {
  TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
};

describe('checkHandshake', () => {
  test('without the cookie it refuses with a text for people', () => {
    for (const env of [{}, { TF_PLUGIN_MAGIC_COOKIE: 'wrong' }]) {
      expect(checkHandshake(env)).toMatchObject({
        kind: 'refuse',
        message: expect.stringContaining('Terraform starts it'),
      });
    }
  });

  test('a host without protocol 6 is refused with the versions it offers', () => {
    expect(checkHandshake({ ...COOKIE, PLUGIN_PROTOCOL_VERSIONS: '4,5' })).toMatchObject({
      kind: 'refuse',
      message: expect.stringContaining('Terraform offered 4, 5'),
    });
  });

  test('certificate and socket directory are taken from the environment when they are set', () => {
    const env = { ...COOKIE, PLUGIN_PROTOCOL_VERSIONS: '5,6' };
    expect(checkHandshake({ ...env, PLUGIN_CLIENT_CERT: '' })).toEqual({
      kind: 'serve',
      clientCertificatePem: undefined,
      socketDirectory: undefined,
    });
    const full = { ...env, PLUGIN_CLIENT_CERT: 'PEM', PLUGIN_UNIX_SOCKET_DIR: '/run' };
    expect(checkHandshake(full)).toEqual({
      kind: 'serve',
      clientCertificatePem: 'PEM',
      socketDirectory: '/run',
    });
  });

  test('the answer is one line, its certificate without base64 padding', () => {
    const line = formatHandshake({ socketPath: '/tmp/s', certificateDer: Buffer.from([1]) });
    expect(line).toBe('1|6|unix|/tmp/s|grpc|AQ\n');
    const plain = formatHandshake({ socketPath: '/tmp/s', certificateDer: undefined });
    expect(plain).toBe('1|6|unix|/tmp/s|grpc|\n');
  });
});
