import { describe, expect, test } from '@jest/globals';
import { parseSshPublicKey, SSH_KEY_EXAMPLE } from './ssh-public-key.ts';

const CHUNK = 4;

/** A string as keys have them: its length, then its bytes. */
function part(content: string | readonly number[]): Buffer {
  const bytes = Buffer.from(typeof content === 'string' ? Buffer.from(content) : content);
  const length = Buffer.alloc(CHUNK);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A line with a key of these parts. */
function line(type: string, ...parts: readonly (string | readonly number[])[]): string {
  return `${type} ${Buffer.concat([type, ...parts].map(part)).toString('base64')} me`;
}

const bytes = (length: number, first = 0x5a) => [
  first,
  ...new Array<number>(length - 1).fill(0x5b),
];
const EXPONENT = [1, 0, 1];
/** A number whose highest bit is 1 has a zero before it. */
const modulus = (bits: number) => [0, ...bytes(bits / 8, 0x80)];
const point = (length: number) => [4, ...bytes(2 * length)];

describe('public SSH keys that are accepted', () => {
  test.each([
    ['ssh-ed25519', line('ssh-ed25519', bytes(32))],
    ['ssh-rsa', line('ssh-rsa', EXPONENT, modulus(2048))],
    ['ssh-rsa', line('ssh-rsa', EXPONENT, modulus(16_384))],
    ['ecdsa-sha2-nistp256', line('ecdsa-sha2-nistp256', 'nistp256', point(32))],
    ['ecdsa-sha2-nistp384', line('ecdsa-sha2-nistp384', 'nistp384', point(48))],
    ['ecdsa-sha2-nistp521', line('ecdsa-sha2-nistp521', 'nistp521', point(66))],
    ['sk-ssh-ed25519@openssh.com', line('sk-ssh-ed25519@openssh.com', bytes(32), 'ssh:')],
    [
      'sk-ecdsa-sha2-nistp256@openssh.com',
      line('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', point(32), 'ssh:'),
    ],
  ])('%s', (type, text) => {
    expect(parseSshPublicKey(text)).toMatchObject({ ok: true, value: { type, comment: 'me' } });
  });

  test.each(['\n', '\r\n', '', '\n\n', '\r\n\r\n'])('with the end of the line %j', (end) => {
    const parsed = parseSshPublicKey(`${SSH_KEY_EXAMPLE}${end}`);
    expect(parsed).toMatchObject({ ok: true, value: { comment: 'me' } });
  });

  test('without a comment, and with one of several words', () => {
    const [type, base64] = SSH_KEY_EXAMPLE.split(' ');
    expect(parseSshPublicKey(`${type} ${base64}`)).toMatchObject({ value: { comment: '' } });
    const spoken = parseSshPublicKey(`${type} ${base64} Ann at home, 2026`);
    expect(spoken).toMatchObject({ value: { comment: 'Ann at home, 2026' } });
  });
});

describe('what is not accepted, and why', () => {
  const ONE_LINE = 'must be one public key in one line';
  test.each([
    ['nothing', '', ONE_LINE],
    ['another text', 'hello', ONE_LINE],
    ['an unknown type', line('ssh-unknown', bytes(32)), ONE_LINE],
    ['options before the key', `no-pty ${SSH_KEY_EXAMPLE}`, ONE_LINE],
    ['two lines', `${SSH_KEY_EXAMPLE}\n${SSH_KEY_EXAMPLE}`, ONE_LINE],
    ['a type of every object', 'toString AAAA me', ONE_LINE],
    ['a comment that does not end', `${SSH_KEY_EXAMPLE}${'e'.repeat(255)}`, 'a comment of at most'],
    ['a DSA key', line('ssh-dss', bytes(8)), 'is a DSA key, which OpenSSH no longer accepts'],
    ['a certificate', line('ssh-ed25519-cert-v01@openssh.com', bytes(8)), 'is a certificate'],
    ['an RSA key of 1024 bits', line('ssh-rsa', EXPONENT, modulus(1024)), 'has 1024 bits, and an'],
    ['an RSA key of 2047 bits', line('ssh-rsa', EXPONENT, bytes(256, 0x7f)), 'has 2047 bits'],
    ['a huge RSA key', line('ssh-rsa', EXPONENT, modulus(16_392)), 'at most 16384 are accepted'],
    ['an even exponent', line('ssh-rsa', [2], modulus(2048)), 'are not those of an RSA key'],
    ['a negative number', line('ssh-rsa', EXPONENT, bytes(256, 0x80)), 'it has no numbers'],
    ['an RSA key without numbers', line('ssh-rsa'), 'it has no numbers'],
    ['a short Ed25519 key', line('ssh-ed25519', bytes(31)), '31 bytes instead of 32'],
    ['more than a key', line('ssh-ed25519', bytes(32), 'more'), 'it is too long'],
    ['a point of another curve', line('ecdsa-sha2-nistp256', 'nistp384', point(48)), 'its curve'],
    ['a point on no curve', line('ecdsa-sha2-nistp256', 'nistp256', point(48)), 'has no point'],
    ['no application', line('sk-ssh-ed25519@openssh.com', bytes(32)), 'names no application'],
    [
      'another type inside',
      SSH_KEY_EXAMPLE.replace('ssh-ed25519', 'ssh-rsa'),
      'it says ssh-rsa, and its base64 is of another type',
    ],
    ['a key that is cut off', `${SSH_KEY_EXAMPLE.slice(0, -8)} me`, 'its base64 is cut off'],
    [
      'base64 that is not padded',
      `${line('ssh-ed25519', bytes(32), 'a').replace(/=+/, '')}`,
      'cut off',
    ],
  ])('%s', (_what, text, message) => {
    const parsed = parseSshPublicKey(text);
    expect(parsed).toEqual({ ok: false, error: expect.stringContaining(message) });
  });

  test('a private key, of which the message says nothing', () => {
    const key =
      '-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n';
    const parsed = parseSshPublicKey(key);
    expect(parsed).toMatchObject({ ok: false, error: expect.stringContaining('.pub file') });
    expect(JSON.stringify(parsed)).not.toContain('c2Vj');
  });
});
