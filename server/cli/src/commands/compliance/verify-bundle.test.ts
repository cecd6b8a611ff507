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

  test('that leaves out records says where the chain is not checked', async () => {
    const some = [...RECORDS.slice(1, 3), ...RECORDS.slice(4, 6)];
    const { head_position, head_hash } = SIGNED.root;
    const signed = signRecords(some, { head_position, head_hash });
    const { stdout } = await verify(bundleOf([...some, signed]), '--key', SAMPLE_KEY);
    expect(stdout).toContain('records 1, 4, 7 are left out: the chain is not checked there');
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

describe('an anchor', () => {
  const anchorAt = (at: number, changed: object = {}) => ({
    tenant: 'tnt_a',
    position: at,
    hash: RECORDS[at - 1]?.hash ?? 'x',
    at: '2026-01-02T03:04:05.000Z',
    ...changed,
  });
  const some = [...RECORDS.slice(0, 2), ...RECORDS.slice(4)];
  const { head_position, head_hash } = SIGNED.root;
  const signed = signRecords(some, { head_position, head_hash, made_at: '2026-01-03T00:00:00Z' });
  const compare = (...anchors: readonly object[]) =>
    runInProcess(
      ['compliance', 'verify', 'evidence.ndjson', '--key', SAMPLE_KEY, '--anchor', 'kept'],
      { files: { 'evidence.ndjson': bundleOf([...some, signed]), kept: bundleOf(anchors) } },
    );

  test.each([
    ['covers the records before it', anchorAt(2), 'anchors cover 2 records; not covered: 5-7'],
    ['stops at records that are left out', anchorAt(7), 'cover 3 records; not covered: 1-2'],
    ['of a left-out record fits what follows it', anchorAt(4), 'cover 0 records; not covered'],
    ['is found in a log', { level: 30, about: anchorAt(2) }, 'cover 2 records'],
    [
      'of a record in a gap is not compared',
      anchorAt(3),
      '(position 3) is of a record that is left',
    ],
    [
      'that is later than the bundle is not compared',
      anchorAt(9, { at: '2026-02-02T03:04:05.000Z' }),
      'is later than the bundle: not compared',
    ],
  ])('%s', async (_name, anchor, expected) => {
    const { stdout, exitCode } = await compare(anchor);
    expect(stdout).toContain(expected);
    expect(exitCode).toBe(0);
  });

  test('and another one cover what both do', async () => {
    const { stdout } = await compare(anchorAt(2), anchorAt(7));
    expect(stdout).toContain('anchors cover 5 records\n');
  });

  test.each([
    ['with another hash', anchorAt(2, { hash: 'x' }), 'the evidence was changed up to there'],
    ['of another tenant', anchorAt(2, { tenant: 'tnt_b' }), 'is of another tenant, tnt_b'],
    ['behind the end', anchorAt(9), 'is behind the end of the evidence: records were removed'],
  ])('%s is a fault', async (_name, anchor, expected) => {
    const { stdout, stderr, exitCode } = await compare(anchor);
    expect(stdout).toContain(expected);
    expect(stderr).toContain('evidence.ndjson does not fit kept');
    expect(exitCode).toBe(1);
  });

  test('that is none is named by its line', async () => {
    const { stderr, exitCode } = await compare(anchorAt(2), { position: 1 });
    expect(stderr).toContain('kept has no anchor in line 2');
    expect(exitCode).toBe(2);
  });
});
