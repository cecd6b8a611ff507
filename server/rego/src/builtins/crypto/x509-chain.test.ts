import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { evaluateRego } from '../../evaluate-query.ts';

// Made with openssl for P-256, valid for a hundred years from November 2026: a root, what it issued
// (issuing, narrow, plain), what these issued, and another root.
const FILE = readFileSync(new URL('../../testdata/certificates.pem', import.meta.url), 'utf8');
const PEMS = new Map(
  [...FILE.matchAll(/# (\w+)\n([^#]+)/g)].map(([, name = '', pem = '']) => [name, pem] as const),
);
const IN_2030 = 1_893_456_000_000_000_000n;
const VERIFY = 'crypto.x509.parse_and_verify_certificates';

function verify(names: string, options?: string, nowNs = IN_2030): unknown {
  const pems = names.split(' ').map((name) => PEMS.get(name) ?? name);
  const call = options ? `${VERIFY}_with_options(input, ${options})` : `${VERIFY}(input)`;
  const query = `[holds, certificates] := ${call}
    subjects := [name | name := certificates[_].Subject.CommonName]`;
  const input = pems.join('');
  const result = evaluateRego({ modules: {}, query, input, nowNs: () => nowNs });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  const [row] = result.value;
  return row && { holds: row.holds, subjects: row.subjects };
}

describe('a chain of certificates', () => {
  test.each([
    'root issuing server',
    'root other issuing server',
    'root issuing second issuing server',
  ])('%s holds, and is distinguished from the leaf to the root', (names) => {
    expect(verify(names)).toEqual({ holds: true, subjects: ['server', 'Issuing', 'Root'] });
  });

  test.each([
    ['root', 'there is no leaf'],
    ['root server', 'who issued the leaf is absent'],
    ['other issuing server', 'the root issued nothing of it'],
    ['root issuing second deep', 'an authority may have no authorities below'],
    ['root plain under', 'the issuer of the leaf is not an authority'],
    ['root narrow inside', 'constraints of names are not checked'],
    ['root issuing odd', 'the leaf has an unknown critical extension'],
    ['root issuing weak', 'the leaf is signed over SHA-1'],
    ['root issuing client', 'the leaf is for clients'],
    ['nothing', 'there is no certificate'],
  ])('%s does not: %s', (names) => {
    expect(verify(names)).toEqual({ holds: false, subjects: [] });
  });

  test('holds within its time only', () => {
    expect(verify('root issuing server', undefined, 0n)).toEqual({ holds: false, subjects: [] });
    const later = '{"CurrentTime": 4954521600000000000}';
    expect(verify('root issuing server', later)).toEqual({ holds: false, subjects: [] });
    expect(verify('root issuing server', `{"CurrentTime": ${IN_2030}}`, 0n)).toMatchObject({
      holds: true,
    });
  });

  test.each([
    ['server', '{"DNSName": "web.example.com"}', true],
    ['server', '{"DNSName": "10.0.0.1"}', true],
    ['server', '{"DNSName": "[10.0.0.1]"}', true],
    ['server', '{"DNSName": "server"}', false],
    ['server', '{"DNSName": "mail.example.com"}', false],
    ['server', '{"KeyUsages": ["KeyUsageClientAuth"]}', false],
    ['client', '{"KeyUsages": ["KeyUsageServerAuth", "KeyUsageClientAuth"]}', true],
    ['client', '{"KeyUsages": ["KeyUsageAny"]}', true],
    ['client', '{"KeyUsages": []}', false],
    ['server', '{"MaxConstraintComparisons": 5}', true],
  ])('of %s with %s holds: %s', (leaf, options, holds) => {
    expect(verify(`root issuing ${leaf}`, options)).toMatchObject({ holds });
  });

  test.each(['{"Roots": 1}', '{"KeyUsages": ["KeyUsageMagic"]}', '{"CurrentTime": "now"}'])(
    'with the option %s has no answer',
    (options) => {
      expect(verify('root issuing server', options)).toBeUndefined();
    },
  );

  test('that could be very many chains stops the evaluation', () => {
    const many = Array(20).fill('second').join(' ');
    expect(() => verify(`other ${many} deep`)).toThrow('a chain takes more than 200 checks');
  });
});
