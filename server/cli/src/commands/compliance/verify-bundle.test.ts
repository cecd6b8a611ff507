import { describe, expect, test } from '@jest/globals';
import type { EvidenceRecord } from '@novacron/contract/compliance/evidence';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import {
  bundleOf,
  hashOf,
  SAMPLE_KEY,
  sampleRecords,
  signRecords,
} from '../../test-kit/sample-evidence.ts';

const RECORDS = sampleRecords();
const SIGNED = signRecords(RECORDS);

async function verify(bundle: string, ...flags: readonly string[]) {
  const words = ['compliance', 'verify', 'evidence.ndjson', ...flags];
  return runInProcess(words, { files: { 'evidence.ndjson': bundle } });
}

const change = (at: number, changed: Partial<EvidenceRecord>, hash: 'old' | 'new' = 'old') =>
  RECORDS.map((record, index) => {
    if (index !== at) return record;
    const other = { ...record, ...changed };
    return hash === 'old' ? other : { ...other, hash: hashOf(other) };
  });

describe('a bundle', () => {
  test('as the server signed it is unchanged', async () => {
    const { stdout, exitCode } = await verify(bundleOf([...RECORDS, SIGNED]), '--key', SAMPLE_KEY);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('7 records of pci-dss');
    expect(stdout).toContain(', unchanged');
    expect(stdout).not.toContain('the key that you trust');
    expect(stdout).not.toContain('left out');
  });

  test('without a trusted key says first that it proves itself only', async () => {
    const { stdout } = await verify(bundleOf([...RECORDS, SIGNED]));
    expect(stdout).toMatch(/^not checked who signed it: pass --key with the key that you trust\n/);
    expect(stdout).not.toContain('unchanged');
  });

  test('that leaves out records says in how many places the chain is not checked', async () => {
    const some = [...RECORDS.slice(1, 3), ...RECORDS.slice(4, 6)];
    const { head_position, head_hash } = SIGNED.root;
    const signed = signRecords(some, { head_position, head_hash });
    const { stdout } = await verify(bundleOf([...some, signed]), '--key', SAMPLE_KEY);
    expect(stdout).toContain('in 3 places, records are left out: the chain is not checked there');
  });

  const swapped = [...RECORDS.slice(0, 2), ...RECORDS.slice(2, 4).toReversed()];
  const rechained = change(1, { state: 'pass' }, 'new');
  test.each([
    [
      'with a changed record names it',
      [...change(1, { state: 'pass' }), SIGNED],
      'record 2 (NC-NET-001, web) was changed: its hash is of other content',
    ],
    [
      'with a changed record and its new hash names the next one',
      [...rechained, SIGNED],
      'record 3 (NC-NET-001, ssh) does not continue the record before it',
    ],
    [
      'without a record says how many there were',
      [...RECORDS.filter((_, at) => at !== 2), SIGNED],
      'the file has 6 records; the server signed 7',
    ],
    [
      'in another order names the record',
      [...swapped, ...RECORDS.slice(4), SIGNED],
      'record 3 (NC-NET-001, ssh) is out of order: it follows record 4',
    ],
    ['without its end is truncated', RECORDS, 'the last line is not a signed end'],
    [
      'with fewer records and a changed end is refused',
      [...RECORDS.slice(0, 3), { ...SIGNED, root: { ...SIGNED.root, records: 3 } }],
      'the records are not those that the server signed',
    ],
    [
      'with another signature is refused',
      [...RECORDS, { ...SIGNED, signature: signRecords([]).signature }],
      'the signature of the end is not valid',
    ],
    [
      'with a key that is none is refused',
      [...RECORDS, { ...SIGNED, public_key: 'ed25519:x' }],
      'the signature of the end is not valid',
    ],
    [
      'with a line of something else names the line',
      [...RECORDS.slice(0, 2), {}, ...RECORDS.slice(2), SIGNED],
      'line 3 is not a record',
    ],
    [
      'with another id of its key is refused',
      [...RECORDS, { ...SIGNED, key_id: 'psk_b' }],
      'the signature of the end is not valid',
    ],
    [
      'with a member that nothing signed is refused',
      [...RECORDS, { ...SIGNED, note: 'approved' }],
      'the signature of the end is not valid',
    ],
    [
      'with the signature in other letters is refused',
      [...RECORDS, { ...SIGNED, signature: `${SIGNED.signature} ` }],
      'the signature of the end is not valid',
    ],
    [
      'whose end is before its records is refused',
      [...RECORDS, signRecords(RECORDS, { head_position: 3 })],
      'the end of the evidence is not its last record',
    ],
  ])('%s', async (_name, lines, expected) => {
    const { stdout, exitCode } = await verify(bundleOf(lines));
    expect(stdout).toContain(expected);
    expect(exitCode).toBe(1);
  });

  test.each([
    ['a member twice', `{"state":"pass",`],
    ['a space', '{ '],
    ['a prototype', `{"__proto__":{"state":"pass"},`],
  ])('with %s in a record names the line', async (_name, start) => {
    const bundle = bundleOf([...RECORDS, SIGNED]).replace('{', start);
    const { stdout, exitCode } = await verify(bundle, '--key', SAMPLE_KEY);
    expect(stdout).toContain('line 1 is not as the server writes it');
    expect(exitCode).toBe(1);
  });

  test('with a member twice in its end names the line', async () => {
    const end = JSON.stringify(SIGNED).replace('{', '{"key_id":"psk_b",');
    const { stdout } = await verify(`${bundleOf(RECORDS)}${end}\n`, '--key', SAMPLE_KEY);
    expect(stdout).toContain('line 8 is not as the server writes it');
  });

  test('that another key signed is refused', async () => {
    const other = `ed25519:${'A'.repeat(43)}`;
    const { stdout, exitCode } = await verify(bundleOf([...RECORDS, SIGNED]), '--key', other);
    expect(stdout).toContain(`it is signed by ${SAMPLE_KEY}, not by ${other}`);
    expect(exitCode).toBe(1);
  });
});
