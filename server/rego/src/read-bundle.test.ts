import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { loadPolicy } from './evaluate-rego.ts';
import { readBundle } from './read-bundle.ts';
import { compileModule, type Entry, makeArchive, manifestOf } from './test-kit/make-bundle.ts';

const RULE = `package novacron

deny contains "too large" if input.resource.memory_gb > data.limits.memory_gb
`;
const WASM = compileModule(RULE, ['novacron/deny']);
const MANIFEST = manifestOf(['novacron/deny']);
const MODULE: Entry = ['/policy.wasm', WASM];

function messageOf(entries: readonly Entry[] | Buffer): string {
  const read = readBundle(Buffer.isBuffer(entries) ? entries : makeArchive(entries));
  return read.ok ? 'it is read' : read.message;
}

describe('a bundle', () => {
  test('is read as OPA writes it, and its module runs with its documents', () => {
    const read = readBundle(
      makeArchive([
        ['/data.json', '{"limits": {"cores": 8}}'],
        ['/limits/memory_gb/data.json', '{}'],
        ['/policy.rego', RULE],
        ['/.manifest', manifestOf(['novacron/deny'], { metadata: { a: 1 }, rego_version: 0 })],
        MODULE,
      ]),
    );
    if (!read.ok) throw new Error(read.message);
    const { wasm, ...value } = read.value;
    expect(value).toEqual({
      entrypoints: ['novacron/deny'],
      regoVersion: 'v0',
      metadata: { a: 1 },
      signatures: [],
      data: { limits: { cores: 8, memory_gb: {} } },
      modules: { 'policy.rego': RULE },
      wasmPath: 'policy.wasm',
    });
    const policy = loadPolicy(wasm, { data: { limits: { memory_gb: 64 } } });
    expect(policy.evaluate({ resource: { memory_gb: 65 } })).toEqual([['too large']]);
    expect(policy.evaluate({ resource: { memory_gb: 64 } })).toEqual([[]]);
  });

  test('may leave out manifest and documents, and have directories', () => {
    const entries: Entry[] = [
      ['./', '', { type: '5' }],
      ['./policy.wasm', WASM],
    ];
    expect(readBundle(makeArchive(entries))).toMatchObject({
      ok: true,
      value: { entrypoints: [], data: {}, regoVersion: 'v1' },
    });
  });
});

describe('the documents of a bundle', () => {
  const dataOf = (entries: readonly Entry[]) => {
    const read = readBundle(makeArchive([MODULE, ...entries]));
    return read.ok ? read.value.data : read.message;
  };

  test('are JSON or YAML, of any kind below a directory, with the booleans of YAML 1.1', () => {
    expect(
      dataOf([
        ['/data.yaml', 'limits: &a\n  cores: 8\n  on: yes\nothers: *a\n'],
        ['/limits/data.json', '{"memory_gb": 64}'],
        ['/zones/data.yml', '- a\n- 0x10\n'],
        ['/large/data.yaml', '12345\n---\nleft out, as OPA does\n'],
        ['/json/data.yaml', '{"a": [1,\n"b"]}'],
        ['/twice/data.yml', 'a: 1\na: 2\n'],
        ['/empty/data.yaml', '# nothing\n'],
      ]),
    ).toEqual({
      limits: { cores: 8, true: true, memory_gb: 64 },
      others: { cores: 8, true: true },
      zones: ['a', 16],
      large: 12345,
      json: { a: [1, 'b'] },
      twice: { a: 2 },
      empty: null,
    });
  });

  test.each<[string, readonly Entry[], string]>([
    ['is not YAML', [['/a/data.yaml', 'b: [1']], 'a/data.yaml is not YAML: Flow sequence in block'],
    ['is not UTF-8', [['/data.yml', Buffer.from([0x61, 0xff])]], 'data.yml is not UTF-8'],
    ['is not JSON', [['/a/data.json', 'a: 1']], 'a/data.json is not JSON'],
    [
      'is large',
      [['/data.yaml', `a:\n${' - a\n'.repeat(70_000)}`]],
      'has more than 256 KiB of YAML',
    ],
    ['has no name', [['/data.yaml', '- a']], 'data.yaml is directly below data and no object'],
    ['is empty', [['/data.yaml', '']], 'data.yaml is directly below data and no object'],
    [
      'says something twice',
      [
        ['/a/data.json', '{"b": 1}'],
        ['/a/data.yaml', 'b: 1'],
      ],
      'a/data.yaml says b again',
    ],
    [
      'is outside of the roots',
      [
        ['/.manifest', manifestOf([], { roots: ['a'] })],
        ['/data.yaml', 'b: 1'],
      ],
      'data.b is outside of the roots',
    ],
  ])('are refused where one %s', (_what, entries, words) => {
    expect(dataOf(entries)).toContain(words);
  });
});

describe('a bundle is refused', () => {
  test.each<[string, readonly Entry[], string]>([
    ['with a path above it', [['../policy.wasm', WASM]], 'the path "../policy.wasm" leads out'],
    ['with a path to elsewhere', [['/a/../../etc/x', '']], 'the path "/a/../../etc/x" leads out'],
    ['with a path of two slashes', [['//etc/passwd', '']], 'the path "//etc/passwd" leads out'],
    ['with a backslash', [['..\\x', '']], 'leads out of it'],
    ['with a symbolic link', [['x', '', { type: '2', link: '/etc' }]], '"x" is a symbolic link'],
    ['with a hard link', [['x', '', { type: '1', link: 'y' }]], '"x" is a hard link'],
    ['with a device', [['x', '', { type: '3' }]], '"x" is not a plain file'],
    ['with a file twice', [MODULE, ['policy.wasm', WASM]], 'policy.wasm is in it twice'],
    ['without a module', [['/.manifest', MANIFEST]], 'policy.wasm is not in it'],
    [
      'with a manifest that is none',
      [MODULE, ['/.manifest', '[1]']],
      '.manifest is not a JSON object',
    ],
    [
      'with documents outside of its roots',
      [MODULE, ['/.manifest', manifestOf([], { roots: ['a/b'] })], ['/data.json', '{"a":{"c":1}}']],
      'data.a.c is outside of the roots',
    ],
    [
      'with documents that contradict each other',
      [MODULE, ['/data.json', '{"a":1}'], ['/a/data.json', '{}']],
      'says a again',
    ],
    [
      'with several modules',
      [
        MODULE,
        [
          '/.manifest',
          '{"wasm":[{"entrypoint":"a","module":"/a"},{"entrypoint":"b","module":"/b"}]}',
        ],
      ],
      'names several modules',
    ],
  ])('%s', (_what, entries, words) => {
    expect(messageOf(entries)).toContain(words);
  });

  test('that is a bomb, no archive, damaged or cut off', () => {
    const bomb = makeArchive([['/data.json', Buffer.alloc(17 * 1024 * 1024)]]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(messageOf(bomb)).toBe('it unpacks to more than 16 MiB');
    expect(messageOf(Buffer.from('no archive'))).toBe('it is not a gzip archive');
    const many = Array.from({ length: 1_001 }, (_, at): Entry => [`${at}`, '']);
    expect(messageOf(many)).toBe('it has more than 1000 files');
    const deep = messageOf([['/data.json', '{"a":'.repeat(200_000)], MODULE]);
    expect(deep).toBe('data.json is not JSON');
    const good = makeArchive([MODULE]);
    expect(messageOf(good.subarray(0, good.length - 20))).toBe('it is not a gzip archive');
  });
});

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function signaturesOf(files: readonly object[], header: object = { alg: 'RS256' }): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part(header)}.${part({ files, keyid: 'ann' })}.c2ln`;
  return JSON.stringify({ signatures: [token] });
}

describe('a bundle with signatures', () => {
  const of = (name: string, hash: string, algorithm = 'SHA-256') => ({ name, hash, algorithm });
  // OPA hashes what JSON says: names in order, without blanks.
  const data = of('data.json', sha256('{"a":[1,"é"],"b":{}}'));
  const module = of('policy.wasm', sha256(WASM));
  const DATA: Entry = ['/data.json', '{ "b": {},\n "a": [1, "é"] }'];

  test('returns the key id of each, once they cover all files', () => {
    const entries: Entry[] = [MODULE, DATA, ['/.signatures.json', signaturesOf([data, module])]];
    const read = readBundle(makeArchive(entries));
    expect(read).toMatchObject({
      ok: true,
      value: { signatures: [{ algorithm: 'RS256', keyId: 'ann', value: 'c2ln' }] },
    });
  });

  test('are over what YAML says, and over other files as they are written', () => {
    const yaml: Entry = ['/data.yaml', 'b: {}\na: [1, é] # note\n'];
    const plan: Entry = ['/plan.json', '{ "b": 1 }'];
    const said = of('data.yaml', sha256('{"a":[1,"é"],"b":{}}'));
    const written = of('plan.json', sha256('{ "b": 1 }'));
    const signed: Entry = ['/.signatures.json', signaturesOf([module, said, written])];
    expect(messageOf([MODULE, yaml, plan, signed])).toBe('it is read');
    const other: Entry = ['/data.yaml', 'b: {}\na: [2, é]\n'];
    expect(messageOf([MODULE, other, plan, signed])).toContain('is over another data.yaml');
  });

  test.each<[string, string, string]>([
    ['leave a file out', signaturesOf([module]), 'leaves out data.json'],
    ['are over another file', signaturesOf([data, of('policy.wasm', '00')]), 'is over another'],
    ['name what is not there', signaturesOf([of('x', '00')]), 'names "x", which is not in'],
    [
      'use a weak hash',
      signaturesOf([of('data.json', '', 'MD5')]),
      'has a hash of data.json by MD5',
    ],
    ['are over nothing', '{"signatures":["e30.e30.c2ln"]}', 'has an entry that is not a signature'],
    ['are none', '{"signatures":[]}', 'has no signatures'],
    ['are not JSON', 'no', 'has no signatures'],
  ])('that %s is refused', (_what, signatures, words) => {
    expect(messageOf([MODULE, DATA, ['/.signatures.json', signatures]])).toContain(words);
  });
});
