/** Bundles that OPA built are policies as they are: base64 in the place of the text. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  compileModule,
  type Entry,
  makeArchive,
  manifestOf,
} from '../../../server/rego/src/test-kit/make-bundle.ts';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const RULE = `package small

deny contains msg if {
	input.resource.memory_gb > data.limits.memory_gb
	msg := sprintf("%v GB is too large", [input.resource.memory_gb])
}
`;
const MODULE: Entry = ['/policy.wasm', compileModule(RULE, ['small/deny', 'small'])];
const DATA: Entry = ['/data.json', '{"limits":{"memory_gb":2}}'];
const POLICY = { name: 'Small', type: 'resource' } as const;

function bundleOf(entrypoints: readonly string[], more: readonly Entry[] = []): string {
  const manifest: Entry = ['/.manifest', manifestOf(entrypoints)];
  return makeArchive([MODULE, DATA, manifest, ...more]).toString('base64');
}

const bench = useBench();

describe('a bundle', () => {
  test.each<[string, readonly string[]]>([
    ['whose rules are entrypoints', ['small/deny']],
    ['whose package is the entrypoint', ['small']],
    ['whose module alone says what its entrypoints are', []],
  ])('%s decides writes, with its documents', async (_what, entrypoints) => {
    const rule = bundleOf(entrypoints);
    const { resource } = await bench().expectOk('policy.create', { ...POLICY, rule });
    expect(resource).toMatchObject({ rego_version: 'v1', version: 1 });
    const refused = await bench().expectProblem('vm.create', SMALL_VM);
    expect(refused.detail).toContain('4 GB is too large');
    await bench().expectOk('vm.create', { ...SMALL_VM, memory_gb: 2 });
  });

  test('is a version like any text: changed to one, and rolled back', async () => {
    const rule = bundleOf(['small/deny']);
    const { resource } = await bench().expectOk('policy.create', { ...POLICY, rule });
    const { id } = resource;
    const text = 'package small\n\nallow := true\n';
    await bench().expectOk('policy.update', { id, rule: text });
    await bench().expectOk('vm.create', SMALL_VM);
    await bench().expectOk('policy.rollback', { id, to_version: 1 });
    await bench().expectProblem('vm.create', { ...SMALL_VM, name: 'web-02' });
    const { items } = await bench().expectOk('policy.versions', { id });
    expect(items[2]?.sha256).toBe(items[0]?.sha256);
  });

  test.each<[string, readonly Entry[], string]>([
    ['with a symbolic link', [['/policy.wasm', '', { type: '2' }]], 'is a symbolic link'],
    ['with a path outside of it', [['/../x', '']], 'leads out of it'],
    ['with a module that is none', [['/policy.wasm', 'no']], 'its module does not load'],
    [
      'with an entrypoint that is none',
      [MODULE, ['/.manifest', manifestOf(['a/b'])]],
      'a/b, which',
    ],
    ['with a bad signature', [MODULE, ['/.signatures.json', '{}']], 'has no signatures'],
  ])('%s is refused, and nothing is kept', async (_what, entries, words) => {
    const rule = makeArchive(entries).toString('base64');
    const refused = await bench().expectProblem('policy.create', { ...POLICY, rule });
    expect(refused).toMatchObject({ code: 'rule-invalid', fields: [{ path: ['rule'] }] });
    expect(refused.detail).toContain('The policy is not a bundle that can be used. the bundle: ');
    expect(refused.detail).toContain(words);
    expect(await bench().expectOk('policy.list', {})).toMatchObject({ items: [] });
  });
});

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Signs a bundle like `opa build --signing-key`. */
function signedBundle(key: KeyObject, keyid: string): string {
  const manifest = manifestOf(['small/deny']);
  const parsed = JSON.parse(manifest);
  const { revision, roots, wasm } = parsed;
  const [{ entrypoint, module }] = wasm;
  const hashes = [
    ['policy.wasm', sha256(MODULE[1])],
    ['data.json', sha256(DATA[1])],
    // The names in order.
    ['.manifest', sha256(JSON.stringify({ revision, roots, wasm: [{ entrypoint, module }] }))],
  ];
  const files = hashes.map(([name, hash]) => ({ name, hash, algorithm: 'SHA-256' }));
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256' })}.${part({ files, keyid })}`;
  const token = `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  return bundleOf(['small/deny'], [['/.signatures.json', `{"signatures":["${token}"]}`]]);
}

describe('where signatures are required', () => {
  const strict = useBench({ requireSignedPolicies: true });

  test('a bundle is accepted from authors whom the tenant trusts, and no others', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const create = (rule: string) => strict().expectProblem('policy.create', { ...POLICY, rule });
    expect((await create(bundleOf(['small/deny']))).detail).toContain('has no signature');
    const rule = signedBundle(privateKey, 'ann');
    expect((await create(rule)).detail).toContain('signed with the key "ann", and no author');
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const pem = (key: KeyObject) => key.export({ format: 'pem', type: 'spki' }).toString();
    const { resource } = await strict().expectOk('policy_author.create', {
      name: 'ann',
      public_key: pem(other),
    });
    expect((await create(rule)).detail).toContain('(RS256) is not of the author "ann"');
    await strict().expectOk('policy_author.delete', { id: resource.id });
    await strict().expectOk('policy_author.create', { name: 'ann', public_key: pem(publicKey) });
    await strict().expectOk('policy.create', { ...POLICY, rule });
    expect((await strict().expectProblem('vm.create', SMALL_VM)).detail).toContain('too large');
  });
});
