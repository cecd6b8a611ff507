import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { createCertificate } from './create-certificate.ts';

const NOW_MS = Date.now();

describe('createCertificate', () => {
  test('OpenSSL reads a self-signed certificate of localhost that is valid now', () => {
    const { pem, der } = createCertificate(NOW_MS);
    const certificate = new X509Certificate(pem);
    expect(certificate.raw.equals(der)).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subjectAltName).toBe('DNS:localhost');
    expect(certificate.ca).toBe(true);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(NOW_MS);
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(NOW_MS);
  });

  test('moments after 2049 need the long form of time', () => {
    const { pem } = createCertificate(Date.UTC(2060, 0, 1));
    expect(new X509Certificate(pem).validTo).toContain('2060');
  });

  test('two of them authenticate each other over TLS', async () => {
    const [server, client] = [createCertificate(NOW_MS), createCertificate(NOW_MS)];
    const listener = createServer({
      cert: server.pem,
      key: server.keyPem,
      ca: client.pem,
      requestCert: true,
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const identity = { cert: client.pem, key: client.keyPem, ca: server.pem };
    const accepted = once(listener, 'secureConnection');
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...identity });
    try {
      const [[peer]] = await Promise.all([accepted, once(socket, 'secureConnect')]);
      expect([(peer as TLSSocket).authorized, socket.authorized]).toEqual([true, true]);
    } finally {
      socket.destroy();
      listener.close();
    }
  });
});
