import { expect, test } from '@jest/globals';
import { serveForDebugging } from './serve-for-debugging.ts';
import { createWorkspace } from './test-kit/terraform-workspace.ts';

test('a Terraform that is attached uses the provider without an installation', async () => {
  const provider = await serveForDebugging({}, () => {});
  const { reattachProviders } = provider;
  const workspace = createWorkspace({ kind: 'reattach', reattachProviders });
  workspace.configure('resource "novacron_network" "n" {\n  name = "n"\n  cidr = "no cidr"\n}');
  const refused = await workspace.run('validate');
  expect(refused.exitCode).toBe(1);
  expect(refused.output).toContain('cidr');
  workspace.remove();
  await provider.close();
}, 60_000);
