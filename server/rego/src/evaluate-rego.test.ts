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

  test('has no result for an entrypoint that no rule defines', () => {
    expect(policy.evaluate({}, 'novacron/deny')).toEqual([]);
  });

  test('tells its version, its rules and the parts of the input it looks at', () => {
    expect(compiled.regoVersion).toBe(version);
    expect(compiled.packages).toEqual(['novacron']);
    expect(compiled.rules).toEqual({ novacron: ['allow'] });
    expect(compiled.inputReferences).toEqual([
      { path: ['action'], complete: true },
      { path: ['subject', 'role'], complete: true },
    ]);
  });
});
