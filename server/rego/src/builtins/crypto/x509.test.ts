import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { evaluateRego } from '../../evaluate-query.ts';

// Made with openssl for P-256: a certificate, a request, and the key of both (SEC 1).
const CERTIFICATE = [
  'MIICUTCCAfegAwIBAgIJBrFOn4EvNmw1MAoGCCqGSM49BAMCMEgxCzAJBgNVBAYTAkRFMRAwDgYDVQQK',
  'DAdFeGFtcGxlMRswGQYDVQQDDBJub2RlLTEuZXhhbXBsZS5jb20xCjAIBgNVBAUTATcwIBcNMjYxMTIw',
  'MTIyODIzWhgPMjEyNjEwMjcxMjI4MjNaMEgxCzAJBgNVBAYTAkRFMRAwDgYDVQQKDAdFeGFtcGxlMRsw',
  'GQYDVQQDDBJub2RlLTEuZXhhbXBsZS5jb20xCjAIBgNVBAUTATcwWTATBgcqhkjOPQIBBggqhkjOPQMB',
  'BwNCAAQweW3o+x2pbVsHy5V4yc8ab5J8NgSDfra5HJz7GFQNYiGiM/8k3gqLDD+4GN9To3VgUpej5Nkr',
  'VRlzvKCQ9zBRo4HHMIHEMB0GA1UdDgQWBBTfzmnH0MrT1oLHvY1bY3WvrC3WYzAfBgNVHSMEGDAWgBTf',
  'zmnH0MrT1oLHvY1bY3WvrC3WYzBhBgNVHREEWjBYghJub2RlLTEuZXhhbXBsZS5jb22HBAoAAAGHECAB',
  'DbgAAAAAAAAAAAAAAAGGGXNwaWZmZTovL2V4YW1wbGUuY29tL25vZGWBD29wc0BleGFtcGxlLmNvbTAO',
  'BgNVHQ8BAf8EBAMCAoQwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA4DC1Bgvg5h3v',
  'UV5Qc3WagLjmR9PfO8GXdgGuD5O3bsQCIDtB32AmVGI6fyAGp4y6nx2eIJcDYYf1RUKK9QzDoJzE',
].join('');
const REQUEST = [
  'MIIBCzCBsQIBADAeMRwwGgYDVQQDDBNyZXF1ZXN0LmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI',
  'zj0DAQcDQgAEMHlt6PsdqW1bB8uVeMnPGm+SfDYEg362uRyc+xhUDWIhojP/JN4Kiww/uBjfU6N1YFKX',
  'o+TZK1UZc7ygkPcwUaAxMC8GCSqGSIb3DQEJDjEiMCAwHgYDVR0RBBcwFYITcmVxdWVzdC5leGFtcGxl',
  'LmNvbTAKBggqhkjOPQQDAgNJADBGAiEAuE9FY1XiAZyF5V71fbv68NSb6Ag7Jf61BDiwDAOCpOICIQCq',
  'BHMs3CXMa0fMaTRf+ESSahqfT+l6yx2fXfjg1MfftQ==',
].join('');
const KEY = [
  'MHcCAQEEIIuvbWvkfFCDaUW1leSXcsIL9JGBE9DOGrUErfBhWYYaoAoGCCqGSM49AwEHoUQDQgAEMHlt',
  '6PsdqW1bB8uVeMnPGm+SfDYEg362uRyc+xhUDWIhojP/JN4Kiww/uBjfU6N1YFKXo+TZK1UZc7ygkPcw',
  'UQ==',
].join('');

function evaluate(expression: string, input: unknown = {}): unknown {
  const query = `x := ${expression}`;
  const result = evaluateRego({ modules: {}, query, input, builtinErrors: 'fail' });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value[0]?.x;
}

function makePem(label: string, body: string): string {
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}

const PEM = makePem('CERTIFICATE', CERTIFICATE);
const KEY_PEM = makePem('EC PRIVATE KEY', KEY);

describe('crypto.x509', () => {
  test.each([
    ['PEM', PEM],
    ['DER in base64', CERTIFICATE],
    ['PEM in base64', Buffer.from(PEM).toString('base64')],
  ])('a certificate is read from %s', (_, text) => {
    const [certificate] = evaluate('crypto.x509.parse_certificates(input)', text) as unknown[];
    expect(certificate).toMatchObject({
      Version: 3,
      Subject: {
        CommonName: 'node-1.example.com',
        Organization: ['Example'],
        Country: ['DE'],
        SerialNumber: '7',
        Locality: null,
      },
      NotBefore: expect.stringMatching(/^2026-\d\d-\d\dT[\d:]{8}Z$/),
      DNSNames: ['node-1.example.com'],
      EmailAddresses: ['ops@example.com'],
      IPAddresses: ['10.0.0.1', '2001:db8::1'],
      URIStrings: ['spiffe://example.com/node'],
      IsCA: true,
      BasicConstraintsValid: true,
      KeyUsage: 1 + 32,
    });
    const isExact =
      'crypto.x509.parse_certificates(input)[0].SerialNumber == 123456789012345678901';
    expect(evaluate(isExact, text)).toBe(true);
  });

  test('a signing request is read with the names it asks for', () => {
    const request = evaluate('crypto.x509.parse_certificate_request(input)', REQUEST);
    expect(request).toMatchObject({
      Subject: { CommonName: 'request.example.com' },
      DNSNames: ['request.example.com'],
      URIStrings: null,
    });
  });

  test('a certificate and its key make a pair, others do not', () => {
    const pair = 'crypto.x509.parse_keypair(input.certificate, input.key)';
    const input = { certificate: PEM, key: KEY_PEM };
    expect(evaluate(`${pair}.Certificate`, input)).toEqual([CERTIFICATE]);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ format: 'pem', type: 'sec1' });
    expect(() => evaluate(pair, { ...input, key })).toThrow(
      'tls: private key does not match public key',
    );
    expect(() => evaluate(pair, { ...input, key: PEM })).toThrow('tls: failed to find any PEM');
  });

  test('private keys have the members of their kind', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const ed = generateKeyPairSync('ed25519').privateKey;
    const type = 'pkcs8';
    const texts = [rsa, ed].map((key) => key.export({ format: 'pem', type }));
    const keys = evaluate('crypto.parse_private_keys(input)', [KEY_PEM, ...texts].join(''));
    expect(keys).toEqual([
      expect.objectContaining({ Curve: {}, D: expect.any(Number) }),
      expect.objectContaining({ E: 65537, Primes: [expect.any(Number), expect.any(Number)] }),
      expect.stringMatching(/^[\w+/]{86}==$/),
    ]);
    const jwk = evaluate('crypto.x509.parse_rsa_private_key(input)', texts[0]);
    expect(jwk).toEqual(rsa.export({ format: 'jwk' }));
  });

  test.each([
    ['crypto.x509.parse_certificates("foobar")', 'illegal base64 data'],
    ['crypto.x509.parse_certificates("YmFkc3RyaW5n")', 'asn1: structure error: data truncated'],
    ['crypto.x509.parse_certificates("MAA=")', 'x509: malformed certificate'],
    ['crypto.x509.parse_certificate_request("AQEA")', 'no certificate request'],
    ['crypto.x509.parse_certificate_request("MAIwAA==")', 'sequence is too short'],
    ['crypto.x509.parse_rsa_private_key("nope")', 'the text has no RSA private key'],
    [
      'crypto.parse_private_keys("-----BEGIN PRIVATE KEY-----\\nMAA=\\n-----END PRIVATE KEY-----")',
      'the PRIVATE KEY of the text cannot be read',
    ],
  ])('%s fails and says why', (expression, message) => {
    expect(() => evaluate(expression)).toThrow(message);
  });
});
