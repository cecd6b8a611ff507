import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import {
  type RunningProvider,
  startProvider,
} from '../../../provider/src/test-kit/start-provider.ts';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import {
  type Diagnosis,
  diagnoseApply,
  diagnosePlan,
  diagnoseValidate,
} from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const VM = `
resource "novacron_vm" "v" {
  name      = "web"
  cpu_cores = 2
  memory_gb = 4
  disk_gb   = 20
}
`;

/** Nothing that only a developer could read. */
const INTERNALS = /\bat .*\.[jt]s:\d+|rpc error|node:internal|TypeError|undefined/;

function expectOneError(
  found: Diagnosis,
  error: { summary: string; detail: string; code: string },
) {
  const errors = found.diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors).toEqual([
    expect.objectContaining({
      summary: error.summary,
      detail: expect.stringContaining(error.detail),
      code: error.code,
    }),
  ]);
  expect(found.exitCode).toBe(1);
  expect(found.output).not.toMatch(INTERNALS);
}

describe('what users get wrong in a provider block', () => {
  let system: System;
  let provider: RunningProvider;
  let workspace: TerraformWorkspace;

  beforeAll(async () => {
    system = await startSystem();
    provider = await startProvider(createNovacronProvider({}));
    const { reattachProviders } = provider;
    workspace = createWorkspace({ kind: 'reattach', reattachProviders });
  });
  afterAll(async () => {
    workspace.remove();
    await provider.close();
    await system.stop();
  });

  async function planWith(endpoint: string, apiKey: string) {
    workspace.configure(`provider "novacron" {
  endpoint = ${JSON.stringify(endpoint)}
  api_key  = ${JSON.stringify(apiKey)}
}
${VM}`);
    return diagnosePlan(workspace);
  }

  test('an endpoint where no server listens', async () => {
    expectOneError(await planWith('http://127.0.0.1:9', system.adminKey), {
      summary: 'Temporarily unavailable',
      detail: 'No NovaCron server answers at http://127.0.0.1:9 (ECONNREFUSED).',
      code: 'endpoint = "http://127.0.0.1:9"',
    });
  });

  test('an endpoint that is no URL', async () => {
    expectOneError(await planWith('127.0.0.1:7480', system.adminKey), {
      summary: 'The endpoint is not a URL',
      detail: 'http://127.0.0.1:7480',
      code: 'endpoint = "127.0.0.1:7480"',
    });
  });

  test('an endpoint without a name to look up', async () => {
    const endpoint = 'http://no-such-host.invalid:7480';
    expectOneError(await planWith(endpoint, system.adminKey), {
      summary: 'Temporarily unavailable',
      detail: endpoint,
      code: `endpoint = "${endpoint}"`,
    });
  });

  test('a wrong key, which is not repeated in the output', async () => {
    const wrong = 'nvk_this-key-is-not-known';
    const found = await planWith(system.url, wrong);
    expectOneError(found, {
      summary: 'No valid API key',
      detail: 'key',
      code: `api_key  = "${wrong}"`,
    });
    expect(found.diagnostics[0]?.detail).not.toContain(wrong);
  });

  test('without a provider block, what is wrong is said once and no block is blamed', async () => {
    const many = VM.replace('{', '{\n  count = 20').replace('"web"', '"web-\x24{count.index}"');
    for (const [key, summary] of [
      ['nvk_this-key-is-not-known', 'No valid API key'],
      ['', 'No API key'],
    ] as const) {
      const env = { NOVACRON_ENDPOINT: system.url, NOVACRON_API_KEY: key };
      const own = await startProvider(createNovacronProvider(env));
      const { reattachProviders } = own;
      const bare = createWorkspace({ kind: 'reattach', reattachProviders });
      bare.configure(many);
      const found = await diagnosePlan(bare);
      expectOneError(found, {
        summary,
        detail: 'NOVACRON_API_KEY',
        code: 'resource "novacron_vm" "v" {',
      });
      expect(found.output).not.toContain('requires explicit configuration');
      // With an argument in the block its line is shown.
      bare.configure(`provider "novacron" {\n  deployment = "blue"\n}\n${many}`);
      const code = 'provider "novacron" {';
      expectOneError(await diagnosePlan(bare), { summary, detail: 'NOVACRON_API_KEY', code });
      bare.remove();
      await own.close();
    }
  });

  test('no key at all', async () => {
    workspace.configure(`provider "novacron" {\n  endpoint = "${system.url}"\n}\n${VM}`);
    expectOneError(await diagnosePlan(workspace), {
      summary: 'No API key',
      detail: 'NOVACRON_API_KEY',
      code: 'provider "novacron" {',
    });
  });

  test('an argument that depends on a resource to be made', async () => {
    workspace.configure(`
resource "terraform_data" "key" {
  input = "x"
}
provider "novacron" {
  endpoint = "${system.url}"
  api_key  = terraform_data.key.output
}
${VM}`);
    expectOneError(await diagnosePlan(workspace), {
      summary: 'The provider cannot be configured yet',
      detail: '-target',
      code: 'api_key  = terraform_data.key.output',
    });
  });
});

describe('what users get wrong in a resource', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
    await system.call('network.create', { name: 'taken', cidr: '10.5.0.0/16' });
  });
  afterEach(async () => {
    // Nothing was made half-way.
    expect((await system.call('vm.list', {})).items).toEqual([]);
    expect((await system.call('volume.list', {})).items).toEqual([]);
    expect((await system.call('network.list', {})).items).toHaveLength(1);
  });
  afterAll(() => system.stop());

  function workspaceOf(hcl: string) {
    const workspace = system.workspace();
    workspace.configure(hcl);
    return workspace;
  }

  const network = (name: string, cidr: string) =>
    `resource "novacron_network" "n" {\n  name = "${name}"\n  cidr = "${cidr}"\n}`;
  const volume = (fields: string) =>
    `resource "novacron_storage" "s" {\n  name = "data"\n  size_gb = 10\n  ${fields}\n}`;
  const ghostNet = 'net_01jd3v6t7re3h8z9k2m4n5p6q7';
  const ghostVm = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';

  test.each([
    {
      what: 'more memory than any node has',
      hcl: VM.replace('memory_gb = 4', 'memory_gb = 20000'),
      summary: 'Insufficient capacity: create novacron_vm "web"',
      detail: '',
      code: 'memory_gb = 20000',
    },
    {
      what: 'more cores than any node has',
      hcl: VM.replace('cpu_cores = 2', 'cpu_cores = 1024'),
      summary: 'Insufficient capacity: create novacron_vm "web"',
      detail: '',
      code: 'cpu_cores = 1024',
    },
    {
      what: 'a zone that the fleet does not have',
      hcl: VM.replace('disk_gb   = 20', 'disk_gb   = 20\n  placement = { zone = "zone-q" }'),
      summary: 'Insufficient capacity: create novacron_vm "web"',
      detail: 'The fleet has no zone zone-q; its zones are zone-a, zone-b, zone-c.',
      code: 'placement = { zone = "zone-q" }',
    },
    {
      what: 'a network that overlaps another one',
      hcl: network('mine', '10.5.9.0/24'),
      summary: 'The address range is taken: create novacron_network "mine"',
      detail: 'overlaps 10.5.0.0/16 of the network taken',
      code: 'cidr = "10.5.9.0/24"',
    },
    {
      what: 'an unknown network',
      hcl: VM.replace('disk_gb ', `network_id = "${ghostNet}"\n  disk_gb `),
      summary: 'Reference to a missing resource: create novacron_vm "web"',
      detail: ghostNet,
      code: `network_id = "${ghostNet}"`,
    },
    {
      what: 'a volume at a VM that does not exist',
      hcl: volume(`attached_to = "${ghostVm}"`),
      summary: 'Reference to a missing resource: create novacron_storage "data"',
      detail: ghostVm,
      code: `attached_to = "${ghostVm}"`,
    },
    {
      what: 'a name that is taken',
      hcl: network('taken', '10.6.0.0/16'),
      summary: 'The name is taken: create novacron_network "taken"',
      detail: 'terraform import novacron_network.NAME net_',
      code: 'name = "taken"',
    },
  ])('$what is one error at its attribute, in the plan', async ({ hcl, ...error }) => {
    const workspace = workspaceOf(hcl);
    expectOneError(await diagnosePlan(workspace), error);
    expectOneError(await diagnoseApply(workspace), error);
    expect((await workspace.run('state', 'list')).output.trim()).not.toContain('novacron');
  });

  test.each([
    ['a volume type', volume('type = "tape"'), 'type = "tape"', '"ssd"'],
    ['half a core', VM.replace('= 2\n', '= 1.5\n'), 'cpu_cores = 1.5', 'whole number'],
    ['uneven memory', VM.replace('= 4\n', '= 4.01\n'), 'memory_gb = 4.01', '0.0625'],
    ['no memory', VM.replace('= 4\n', '= 0\n'), 'memory_gb = 0', 'at least 0.0625'],
    ['a bad name', VM.replace('"web"', '"-web"'), 'name      = "-web"', '1 to 63 letters'],
    ['host bits', network('n', '10.0.0.1/16'), 'cidr = "10.0.0.1/16"', '10.0.0.0/16'],
    ['no address', network('n', 'many'), 'cidr = "many"', 'cidr'],
    ['an id of another kind', volume(`attached_to = "${ghostNet}"`), ghostNet, 'attached_to'],
    ['an id to look up', `data "novacron_vm" "d" {\n  id = "${ghostNet}"\n}`, ghostNet, 'of a VM'],
    [
      'a name in a question',
      'data "novacron_placement" "d" {\n  name = "-"\n  cpu_cores = 1\n  memory_gb = 1\n' +
        '  disk_gb = 1\n}',
      'name = "-"',
      '1 to 63 letters',
    ],
    [
      'an enforcement mode',
      'resource "novacron_policy" "p" {\n  name = "p"\n  type = "access"\n  rule = "x"\n' +
        '  enforcement_mode = "deny"\n}',
      'enforcement_mode = "deny"',
      '"block"',
    ],
  ])('validate refuses %s at its attribute', async (_case, hcl, code, detail) => {
    const found = await diagnoseValidate(workspaceOf(hcl));
    expect(found.exitCode).toBe(1);
    expect(found.diagnostics).toEqual([
      expect.objectContaining({ severity: 'error', detail: expect.stringContaining(detail) }),
    ]);
    expect(found.diagnostics[0]?.code).toContain(code);
    expect(found.output).not.toMatch(INTERNALS);
  });

  test('all mistakes of a configuration are reported together', async () => {
    const hcl = `${VM.replace('= 2\n', '= 0\n').replace('"web"', '""')}\n${network('n', 'x')}`;
    const { diagnostics } = await diagnoseValidate(workspaceOf(hcl));
    expect(diagnostics.map(({ code }) => code).sort()).toEqual([
      'cidr = "x"',
      'cpu_cores = 0',
      'name      = ""',
    ]);
  });
});
