import { expect, test } from '@jest/globals';
import { evaluateRego } from '../evaluate-query.ts';

const POLICY = `package a

allow if http.send({"url": input.url}).ok

owner := input.owner
`;
const TEST = `package a

reply(request) := {"ok": request.url == "u"}

test_allow if {
	every url in ["u"] {
		allow with http.send as reply with input.url as url
	}
}
`;

function evaluate(query: string, modules: Readonly<Record<string, string>>) {
  return evaluateRego({ modules, query, input: { url: 'u', owner: 'me' } });
}

test('a refused builtin can be replaced, so that tests of a policy for elsewhere run', () => {
  const result = evaluate('x := data.a.test_allow', { policy: POLICY, test: TEST });
  expect(result).toEqual({ ok: true, value: [{ x: true }] });
});

test('calling it without the replacement stops the evaluation with the reason', () => {
  const modules = { policy: POLICY, test: TEST };
  expect(() => evaluate('x := data.a.allow', modules)).toThrow(
    'The builtin http.send is refused: it talks to the network, and a policy must answer from ' +
      'its input alone. Replace it by "with" in tests.',
  );
  expect(evaluate('x := data.a.owner', modules)).toEqual({ ok: true, value: [{ x: 'me' }] });
});

test('where nothing replaces it, it is refused when the policy is compiled', () => {
  const result = evaluate('x := data.a.allow', { policy: POLICY });
  expect(result).toMatchObject({ ok: false, error: [{ code: 'refused-builtin', row: 3 }] });
});

test('a replaced builtin may have its result as one more argument', () => {
  const policy = POLICY.replace(
    'if http.send({"url": input.url}).ok',
    'if {\n\thttp.send({"url": input.url}, got)\n\tgot.ok\n}',
  );
  const result = evaluate('x := data.a.test_allow', { policy, test: TEST });
  expect(result).toEqual({ ok: true, value: [{ x: true }] });
});
