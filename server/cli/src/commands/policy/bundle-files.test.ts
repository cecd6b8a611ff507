/** Bundles of OPA and JSON Schemas, as commands on policies in files take them. */
import { describe, expect, test } from '@jest/globals';
import {
  compileModule,
  type Entry,
  makeArchive,
  manifestOf,
} from '../../../../rego/src/test-kit/make-bundle.ts';
import { runInProcess } from '../../test-kit/run-in-process.ts';

const LIMITED = `package limits

deny contains "too large" if input.resource.memory_gb > data.memory_gb_max
`;

const TESTS = `package limits_test

import data.limits

test_large if limits.deny == {"too large"} with input as {"resource": {"memory_gb": 65}}
`;

const ASKING = `package asking

# METADATA
# schemas:
#   - input: schema.vm.request
deny contains "too large" if input.resource.memory > 64
`;

const REQUEST = {
  type: 'object',
  properties: {
    resource: { type: 'object', properties: { memory_gb: { type: 'number' } } },
  },
};

const pack = (entries: readonly Entry[]) => makeArchive(entries).toString('base64');

const WASM: Entry = ['/policy.wasm', compileModule('package a\n\ndeny := {"no"}\n', ['a/deny'])];

const FILES = {
  'module.tar.gz': pack([WASM, ['/.manifest', manifestOf(['a/deny'])]]),
  'stray.tar.gz': pack([WASM, ['/.manifest', manifestOf(['a/allow'])]]),
  'texts.tar.gz': pack([
    ['/limits/policy.rego', LIMITED],
    ['/limits/policy_test.rego', TESTS],
    ['/data.json', '{"memory_gb_max": 64}'],
  ]),
  'mistaken.tar.gz': pack([['/policy.rego', 'package b\n\nallow if x > 1\n']]),
  'empty.tar.gz': pack([['/data.json', '{}']]),
  'latin.tar.gz': pack([['/policy.rego', Uint8Array.from([0x23, 0xe9])]]),
  'head.tar.gz': pack([
    WASM,
    ['/.manifest', manifestOf(['a/deny'], { metadata: { novacron: { type: 'acces' } } })],
  ]),
  'broken.tar.gz': Buffer.from('no archive').toString('base64'),
  'ask.json': '{"resource": {"memory_gb": 65}}',
  'less.json': '{"memory_gb_max": 80}',
  'policies/asking.rego': ASKING,
  'schemas/vm/request.json': JSON.stringify(REQUEST),
  'schemas/README.md': 'no schema',
  'cut/request.json': '{',
  'list/request.json': '[]',
};

function run(...argv: readonly string[]) {
  return runInProcess(['policy', ...argv], { files: FILES });
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Files of directories are read as bytes. */
const FOLDERS = {
  'whole/limits/policy.rego': base64(LIMITED),
  'whole/limits/policy_test.rego': base64(TESTS),
  'whole/data.json': base64('{"memory_gb_max": 64}'),
  'whole/README.md': base64('# not a part of it'),
  'rooted/.manifest': base64('{"roots": ["limits"]}'),
  'rooted/limits/policy.rego': base64(LIMITED),
  'rooted/others/policy.rego': base64('package others.deep\n\nallow := true\n'),
  'strayed/.manifest': base64('{"roots": ["limits"]}'),
  'strayed/data.json': base64('{"others": 1}'),
  'torn/.manifest': base64('{"roots": '),
  'yaml/limits/policy.rego': base64(LIMITED),
  'yaml/data.yaml': base64('memory_gb_max: 64 # GiB'),
  'twice/data.yml': base64('a: 1'),
  'twice/data.json': base64('{"a": 1}'),
  'nothing/README.md': base64('#'),
};

describe('a bundle that is a directory', () => {
  const ask = (...argv: readonly string[]) => {
    return runInProcess(['policy', ...argv], { files: { ...FILES, ...FOLDERS } });
  };

  test('is checked, tested and evaluated as an archive is', async () => {
    const checked = await ask('check', '--bundle', 'whole');
    expect(checked.stdout).toBe('2 files and 1 bundle checked: no problems\n');
    expect((await ask('test', '--bundle', 'whole')).stdout).toContain('1 passed, 0 failed');
    const words = (folder: string) => ['--bundle', folder, '--input', 'ask.json'];
    const done = await ask('eval', 'data.limits.deny', ...words('whole'));
    expect(done.stdout).toContain('too large');
    // Documents in YAML are the same documents.
    expect(await ask('eval', 'data.limits.deny', ...words('yaml'))).toEqual(done);
  });

  test.each([
    ['rooted', 1, 'data.others.deep is outside of the roots of its .manifest'],
    ['strayed', 1, 'strayed: data.others is outside of the roots of its .manifest'],
    ['torn', 1, 'torn: .manifest is not a JSON object'],
    ['twice', 1, 'twice: data.yml says a again, which another document has said'],
    ['nothing', 2, 'nothing has no files of a bundle'],
    ['nowhere', 2, 'cannot read a bundle from nowhere'],
  ])('%s is refused', async (folder, exitCode, words) => {
    const done = await ask('check', '--bundle', folder);
    expect(done.exitCode).toBe(exitCode);
    expect(done.stderr).toContain(words);
  });
});

describe('novacron policy check --bundle', () => {
  test.each([
    ['module.tar.gz', '1 bundle checked'],
    ['texts.tar.gz', '2 files and 1 bundle checked'],
  ])('is content with %s', async (file, words) => {
    const done = await run('check', '--bundle', file);
    expect(done).toMatchObject({ exitCode: 0, stdout: `${words}: no problems\n` });
  });

  test.each([
    ['mistaken.tar.gz', 'mistaken.tar.gz/policy.rego:3:10: '],
    ['empty.tar.gz', 'it has neither policy.wasm nor a .rego file'],
    [
      'stray.tar.gz',
      'its .manifest names the entrypoint a/allow, which its module does not have. [bad-bundle]',
    ],
    ['head.tar.gz', 'did you mean access?'],
  ])('says what is wrong with %s', async (file, words) => {
    const done = await run('check', '--bundle', file);
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toContain(words);
    expect(done.stderr).toMatch(/bundle checked: 1 problem\n$/);
  });

  test.each([
    ['broken.tar.gz', 1, 'broken.tar.gz: '],
    ['latin.tar.gz', 1, 'latin.tar.gz: policy.rego is not UTF-8'],
    ['nowhere.tar.gz', 2, 'cannot read a bundle from nowhere.tar.gz'],
  ])('does not open %s', async (file, exitCode, words) => {
    const done = await run('check', '--bundle', file);
    expect(done.exitCode).toBe(exitCode);
    expect(done.stderr).toContain(words);
  });

  test('checks texts and several bundles at once', async () => {
    const more = ['--bundle', 'module.tar.gz', '--bundle', 'texts.tar.gz'];
    const done = await run('check', 'policies', ...more);
    expect(done.stdout).toBe('3 files and 2 bundles checked: no problems\n');
  });
});

describe('novacron policy test --bundle', () => {
  test('runs the tests of a bundle with its documents', async () => {
    const done = await run('test', '--bundle', 'texts.tar.gz');
    expect(done).toMatchObject({ exitCode: 0 });
    expect(done.stdout).toContain('1 passed, 0 failed');
  });

  test('says that a module has no tests, and asks for something to test', async () => {
    const bare = await run('test', '--bundle', 'module.tar.gz');
    expect(bare.exitCode).toBe(2);
    expect(bare.stderr).toContain('module.tar.gz has no .rego files, so no tests');
    const none = await run('test');
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain("missing required argument 'paths', or '--bundle'");
  });
});

describe('novacron policy eval --bundle', () => {
  test('asks the module of a bundle for what it was built for, and for nothing else', async () => {
    const done = await run('eval', 'data.a.deny', '--bundle', 'module.tar.gz');
    expect(done).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(done.stdout)).toEqual(['no']);
    const other = await run('eval', 'count(data.a.deny)', '--bundle', 'module.tar.gz');
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('it has data.a.deny');
  });

  test('asks the texts of a bundle, with its documents or others', async () => {
    const ask = ['eval', 'count(data.limits.deny)', '--bundle', 'texts.tar.gz'];
    expect((await run(...ask, '--input', 'ask.json')).stdout).toBe('1\n');
    const less = await run(...ask, '--input', 'ask.json', '--data', 'less.json');
    expect(less.stdout).toBe('0\n');
  });
});

describe('novacron policy check --schema', () => {
  test('holds types against the schemas that annotations name', async () => {
    const without = await run('check', 'policies');
    expect(without).toMatchObject({ exitCode: 0 });
    const done = await run('check', 'policies', '--schema', 'schemas');
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toMatch(/asking.rego:6:\d+: input.resource.memory is never defined/);
  });

  test('reports an annotation that names an unknown schema', async () => {
    const done = await run('check', 'policies', '--schema', 'schemas/vm/request.json');
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toContain('There is no schema "vm.request"; there are request.');
  });

  test.each([
    ['nowhere', 'cannot read schemas from nowhere'],
    ['schemas/README.md', 'no .json files found in schemas/README.md'],
    ['cut', 'the schema in cut/request.json is not valid JSON'],
    ['list', 'the schema in list/request.json is neither an object nor a boolean'],
  ])('is used wrongly with %s', async (place, words) => {
    const done = await run('check', 'policies', '--schema', place);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain(words);
  });
});

test('policy inspect lists what a bundle has, and refuses other archives', async () => {
  const inspect = (...paths: readonly string[]) =>
    runInProcess(['policy', 'inspect', ...paths], { files: FILES });
  const { exitCode, stdout } = await inspect('texts.tar.gz', 'policies');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('data.limits.deny');
  expect(stdout).toContain('texts.tar.gz/limits/policy.rego:3');
  expect(stdout).toContain('data.asking.deny');
  expect((await inspect('broken.tar.gz')).stderr).toContain('it is not a gzip archive');
});
