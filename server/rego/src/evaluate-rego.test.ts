import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { compileRego } from './compile-rego.ts';
import { loadPolicy } from './evaluate-rego.ts';

const V0 = `package novacron
default allow = false
allow { input.subject.role == "admin" }
allow { input.subject.role == "operator"
        input.action == "read" }
`;
const V1 = `package novacron
default allow := false
allow if input.subject.role == "admin"
allow if {
	input.subject.role == "operator"
	input.action == "read"
}
`;

function load(text: string, entrypoints: readonly string[]) {
  const compiled = compileRego({ modules: { 'policy.rego': text }, entrypoints });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return { compiled: compiled.value, policy: loadPolicy(compiled.value.wasm) };
}

describe.each([
  ['v0', V0],
  ['v1', V1],
])('the access policy in %s', (version, text) => {
  const { compiled, policy } = load(text, ['novacron/allow', 'novacron', 'novacron/deny']);

  test.each([
    [{ subject: { role: 'admin' } }, true],
    [{ subject: { role: 'operator' }, action: 'read' }, true],
    [{ subject: { role: 'operator' }, action: 'write' }, false],
    [{}, false],
    [undefined, false],
    [null, false],
    [false, false],
    [0, false],
    ['', false],
  ])('answers %j with %s', (input, allow) => {
    expect(policy.evaluate(input)).toEqual([allow]);
    expect(policy.evaluate(input, 'novacron')).toEqual([{ allow }]);
  });

  test('takes the text of its input as well, once for several entrypoints', () => {
    const text = Uint8Array.from(Buffer.from('{"subject":{"role":"admin"}}')).buffer;
    expect(policy.evaluate(text)).toEqual([true]);
    expect(policy.evaluate(text, 'novacron')).toEqual([{ allow: true }]);
  });

  test('has no result for an entrypoint that no rule defines', () => {
    expect(policy.evaluate({}, 'novacron/deny')).toEqual([]);
  });

  test('reports its version, its rules and the parts of the input it reads', () => {
    expect(compiled.regoVersion).toBe(version);
    expect(compiled.packages).toEqual(['novacron']);
    expect(compiled.rules).toEqual({ novacron: ['allow'] });
    expect(compiled.inputReferences).toEqual([
      { path: ['action'], complete: true },
      { path: ['subject', 'role'], complete: true },
    ]);
  });
});

describe('the module', () => {
  test('runs in the plain SDK when it needs no builtin of the host', () => {
    const compiled = compileRego({ modules: { a: V1 }, entrypoints: ['novacron/allow'] });
    if (!compiled.ok) throw new Error('It does not compile.');
    const sdk = createRequire(__filename)('@open-policy-agent/opa-wasm');
    const policy = sdk.loadPolicySync(compiled.value.wasm);
    expect(policy.evaluate({ subject: { role: 'admin' } })).toEqual([{ result: true }]);
  });

  test('asks the clock once an evaluation', () => {
    let ticks = 0n;
    const nowNs = () => {
      ticks += 1n;
      return ticks;
    };
    const text = 'package a\np := [time.now_ns(), time.now_ns() + 0, f(1)]\nf(_) := time.now_ns()';
    const compiled = compileRego({ modules: { a: text }, entrypoints: ['a/p'] });
    if (!compiled.ok) throw new Error('It does not compile.');
    const policy = loadPolicy(compiled.value.wasm, { nowNs });
    expect(policy.evaluate({})).toEqual([[1, 1, 1]]);
    expect(policy.evaluate({})).toEqual([[2, 2, 2]]);
  });
});
