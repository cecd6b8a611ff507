/** Functions of the provider as it is installed: one file, without packages beside it. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import { type Installation, installForTest } from '../support/install.ts';

jest.setTimeout(60_000);

let installation: Installation;
let workspace: TerraformWorkspace;

beforeAll(async () => {
  installation = await installForTest();
  workspace = createWorkspace({ kind: 'cli-config', file: installation.cliConfig }, {});
});
afterAll(() => {
  workspace?.remove();
  installation?.remove();
});

const ALLOW = `package novacron

default allow := false

allow if yaml.unmarshal("a: 1").a == 1

allow if graphql.is_valid("{ a }", "type Query { a: String }")

allow if json.match_schema({}, { "type": "object" })[0]
`;

test('check_rego tries a policy whose builtins need packages', async () => {
  workspace.configure(`
output "rule" {
  value = provider::novacron::check_rego(${JSON.stringify(ALLOW)})
}
output "refused" {
  value = can(provider::novacron::check_rego("package p\\n\\nallow if x > 1\\n"))
}`);
  await workspace.run('init');
  const applied = await workspace.apply();
  expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
  const { output } = await workspace.run('output', '-json');
  expect(JSON.parse(output)).toMatchObject({
    rule: { value: ALLOW },
    refused: { value: false },
  });
});
