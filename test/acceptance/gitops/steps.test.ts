/** The steps of a sync with the real Terraform, Git and server, one after another. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  GitopsApplyResult,
  GitopsFetchResult,
  GitopsPlanResult,
  type GitopsStep,
  GitopsVerifyResult,
} from '@novacron/contract/automation/gitops-step';
import {
  type GitFixture,
  makeRepository,
} from '../../../server/cli/src/commands/gitops/test-kit/git-fixture.ts';
import {
  openStepBench,
  resultOf,
  type StepBench,
  type StepRun,
} from '../../../server/cli/src/commands/gitops/test-kit/run-step.ts';
import { findTerraform } from '../../support/services/find-terraform.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(120_000);
findTerraform();

let system: System;
let repository: GitFixture;
/** A plan that waits for a lock, for a minute, beside all other tests. */
let lockedPlan: Promise<StepRun>;
let lockedBench: StepBench | undefined;
const benches: StepBench[] = [];
beforeAll(async () => {
  system = await startSystem();
  repository = makeRepository();
  const application = openApplication('locked');
  lockedBench = benches.pop();
  await application.commit({ 'main.tf': 'resource "terraform_data" "a" {}' });
  await fetch(`${system.url}/terraform-states/locked`, {
    method: 'LOCK',
    headers: { authorization: `Bearer ${system.adminKey}` },
    body: JSON.stringify({ ID: 'lock-1', Operation: 'OperationTypeApply', Who: 'ada@laptop' }),
  });
  lockedPlan = application.run('plan');
});
afterAll(async () => {
  lockedBench?.remove();
  repository.remove();
  await system.stop();
});
afterEach(async () => {
  for (const bench of benches.splice(0)) bench.remove();
  await system.clear();
});

const PREAMBLE =
  'terraform {\n  required_providers {\n    novacron = { source = "novacron/novacron" }\n  }\n}\n';

const vm = (name: string, more = '') => `
resource "novacron_vm" "${name}" {
  name      = "${name}"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 10
  ${more}
}
`;

/** An application: its steps use one state, and the commits of one directory. */
function openApplication(name: string, more: object = {}) {
  const bench = openStepBench();
  benches.push(bench);
  const settings = {
    repository: repository.url,
    revision: 'main',
    path: name,
    source: 'terraform',
    last_commit: null,
    state: name,
    ...more,
  };
  const run = (
    step: GitopsStep,
    changed: object = {},
    env: Readonly<Record<string, string>> = {},
  ) =>
    bench.run(
      step,
      { ...settings, ...changed },
      {
        secrets: { NOVACRON_API_KEY_FILE: `${system.adminKey}\n` },
        env: { NOVACRON_ENDPOINT: system.url, ...env },
      },
    );
  /** Commits a configuration and fetches it. */
  const commit = async (files: Readonly<Record<string, string>>) => {
    const paths = Object.entries(files).map(([file, text]) => [`${name}/${file}`, text]);
    const id = repository.commit(Object.fromEntries(paths));
    resultOf(GitopsFetchResult, await run('fetch'));
    bench.handOn('fetch.source');
    return id;
  };
  const plan = async (changed: object = {}): Promise<GitopsPlanResult> => {
    const planned = resultOf(GitopsPlanResult, await run('plan', changed));
    bench.handOn('plan.plan');
    return planned;
  };
  const apply = (digest: string): Promise<StepRun> => run('apply', { plan_digest: digest });
  return { bench, settings, run, commit, plan, apply };
}

describe('a sync', () => {
  test('plans, applies what was planned, and verifies it', async () => {
    const shop = openApplication('shop', { variables: { secret: 'first-secret', tier: 'web' } });
    const text = `${PREAMBLE}
variable "secret" { sensitive = true }
variable "tier" {}
resource "terraform_data" "a" { input = var.secret }
${vm('one', 'metadata = { tier = var.tier }')}`;
    await shop.commit({ 'main.tf': text });
    const planned = await shop.plan();
    expect(planned).toMatchObject({
      counts: { create: 2, update: 0, replace: 0, delete: 0, managed: 0 },
      needs_approval: [],
      state: { serial: null, lineage: null },
    });
    const [made] = planned.changes.items;
    expect(made).toMatchObject({ address: 'novacron_vm.one', action: 'create' });
    expect(made?.node).toMatch(/^\w/);
    expect(made?.fields).toContainEqual({ path: 'metadata.tier', before: null, after: '"web"' });
    const shown = JSON.stringify(planned);
    expect(shown).toContain('(sensitive)');
    expect(shown).not.toContain('first-secret');
    // Another secret is another plan, although both look the same.
    const changed = { variables: { secret: 'second-secret', tier: 'web' } };
    const other = resultOf(GitopsPlanResult, await shop.run('plan', changed));
    expect(other.changes).toEqual(planned.changes);
    expect((await shop.apply(other.digest)).reason).toContain('not the one that was approved');
    const applied = resultOf(GitopsApplyResult, await shop.apply(planned.digest));
    expect(applied).toEqual({
      applied: { create: 2, update: 0, delete: 0 },
      serial: expect.any(Number),
    });
    expect(resultOf(GitopsVerifyResult, await shop.run('verify'))).toMatchObject({
      in_sync: true,
      health: 'healthy',
      unhealthy: { total: 0 },
    });
    const stale = await shop.apply(planned.digest);
    expect(stale).toMatchObject({
      exitCode: 3,
      reason: expect.stringContaining('create novacron_vm.one is not needed any more'),
    });
    const { items } = await system.call('vm.list', {});
    await system.callAndWait('vm.update', { id: items[0]?.id ?? '', power_state: 'stopped' });
    const drifted = resultOf(GitopsVerifyResult, await shop.run('verify'));
    expect(drifted).toMatchObject({
      in_sync: false,
      out_of_sync: { items: ['novacron_vm.one'] },
    });
    expect((await shop.plan()).drift).toMatchObject({ items: [{ address: 'novacron_vm.one' }] });
  });

  test('plans again where the state has moved, and applies only the approved changes', async () => {
    const moved = openApplication('moved', {
      prune: { allowed: true, count_max: 9, ratio_max: 0.5 },
    });
    await moved.commit({ 'main.tf': `${PREAMBLE}${vm('seven')}${vm('eight')}` });
    expect((await moved.apply((await moved.plan()).digest)).exitCode).toBe(0);
    const larger = `${PREAMBLE}${vm('seven', 'metadata = { tier = "web" }')}`;
    await moved.commit({ 'main.tf': larger });
    const { digest } = await moved.plan();
    // Another version of the state, with the same contents.
    const address = `${system.url}/terraform-states/moved`;
    const headers = { authorization: `Bearer ${system.adminKey}` };
    const state = JSON.parse(await (await fetch(address, { headers })).text());
    const body = JSON.stringify({ ...state, serial: state.serial + 1 });
    await fetch(address, { method: 'POST', headers, body });
    const { items } = await system.call('vm.list', { name: 'seven' });
    const id = items[0]?.id ?? '';
    await system.callAndWait('vm.update', { id, metadata: { tier: 'db' } });
    const changed = await moved.apply(digest);
    expect(changed).toMatchObject({
      exitCode: 3,
      reason: expect.stringContaining('update novacron_vm.seven has other values'),
    });
    await system.callAndWait('vm.update', { id, metadata: {} });
    expect(resultOf(GitopsApplyResult, await moved.apply(digest)).applied).toEqual({
      create: 0,
      update: 1,
      delete: 1,
    });
  });

  test('deletes only what may be deleted, and never everything', async () => {
    const gates = openApplication('gates');
    await gates.commit({ 'main.tf': `${PREAMBLE}${vm('two')}${vm('three')}` });
    expect((await gates.apply((await gates.plan()).digest)).exitCode).toBe(0);
    await gates.commit({ 'main.tf': `${PREAMBLE}${vm('two')}` });
    const refused = await gates.run('plan');
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.reason).toContain('deletes 1 of 2 resources');
    const prune = { allowed: true, count_max: 1, ratio_max: 0.4 };
    const planned = await gates.plan({ prune });
    expect(planned.needs_approval).toEqual([
      'The plan destroys 50 % of the resources; 40 % without approval.',
    ]);
    await gates.commit({ 'main.tf': `${PREAMBLE}resource "terraform_data" "x" {}` });
    expect((await gates.run('plan', { prune })).reason).toContain('deletes all 2 resources');
    await gates.commit({ 'main.tf': PREAMBLE });
    expect((await gates.run('plan', { prune })).reason).toContain('has no resources');
    const meant = await gates.plan({ prune, rewind: true });
    expect(meant.needs_approval[0]).toContain('an earlier commit is meant');
  });

  test('of documents compares, applies and verifies them', async () => {
    const documents = openApplication('documents', { source: 'manifests', state: undefined });
    const text = 'kind: vm\nname: four\ncpu_cores: 1\nmemory_gb: 1\ndisk_gb: 10\n';
    const last = text.replace('four', 'nine').replace('kind', 'wave: 1\nkind');
    await documents.commit({ 'a.yaml': last, 'vm.yaml': text });
    const planned = resultOf(GitopsPlanResult, await documents.run('plan'));
    // What people approve.
    expect(planned.summary).toMatch(/^2 to create, .*\ncreate vm\/four\n {2}cpu_cores: 1\n/);
    expect(planned).toMatchObject({
      counts: { create: 2, managed: 0 },
      changes: {
        items: [
          { address: 'vm/four', action: 'create' },
          { address: 'vm/nine', action: 'create' },
        ],
      },
    });
    const applied = resultOf(GitopsApplyResult, await documents.apply(planned.digest));
    expect(applied).toEqual({ applied: { create: 2, update: 0, delete: 0 }, serial: null });
    expect(await documents.apply(planned.digest)).toMatchObject({ exitCode: 3 });
    expect(resultOf(GitopsVerifyResult, await documents.run('verify'))).toMatchObject({
      in_sync: true,
      health: 'healthy',
    });
    await documents.commit({ 'vm.yaml': `${text}cpu_coers: 1\n` });
    expect((await documents.run('plan')).reason).toContain(
      'documents/vm.yaml: vm/four: there is no field cpu_coers; did you mean cpu_cores?',
    );
  });
});

describe('a plan is refused', () => {
  test.each([
    [
      'for an error',
      'resource "terraform_data" "a" {\n  inputs = 1\n}',
      'main.tf:8: Unsupported arg',
    ],
    [
      'for a provisioner',
      'resource "terraform_data" "a" {\n  provisioner "local-exec" {\n command = "id"\n}\n}',
      'main.tf has a provisioner that runs programs. The application does not allow that',
    ],
    ['for what the server refuses', vm('five', 'template_id = "nope"'), 'main.tf:'],
  ])('%s, in its words', async (name, text, words) => {
    const application = openApplication(name.replaceAll(' ', '-'));
    await application.commit({ 'main.tf': `${PREAMBLE}\n${text}` });
    const refused = await application.run('plan');
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.reason).toContain(words);
  });

  test('for a policy, with its message, and shows what a policy would refuse', async () => {
    const conditions = 'input.resource.type == "vm"; not input.resource.metadata.tier';
    const rule = `package p\ndeny["VMs need a tier"] { ${conditions} }\n`;
    const policy = { name: 'tiers', type: 'resource', rule, enforcement_mode: 'warn' } as const;
    const { resource } = await system.call('policy.create', policy);
    const application = openApplication('policy');
    await application.commit({ 'main.tf': `${PREAMBLE}${vm('six')}` });
    const planned = await application.plan();
    expect(planned.notices.items).toEqual([
      {
        summary: expect.any(String),
        detail: expect.stringContaining('VMs need a tier'),
        place: expect.stringMatching(/^main\.tf:\d+$/),
      },
    ]);
    await system.call('policy.update', { id: resource.id, enforcement_mode: 'block' });
    expect((await application.run('plan')).reason).toContain('VMs need a tier');
  });

  test('for a provider that is not accepted, before it runs', async () => {
    const mirror = mkdtempSync(join(tmpdir(), 'novacron-mirror-'));
    const place = join(mirror, 'registry.terraform.io/acme/external/1.0.0/linux_amd64');
    mkdirSync(place, { recursive: true });
    const program = join(place, 'terraform-provider-external_v1.0.0');
    const ran = join(mirror, 'ran');
    writeFileSync(program, `#!/bin/sh\ntouch ${ran}\n`);
    chmodSync(program, 0o755);
    const application = openApplication('providers');
    const text = PREAMBLE.replace('novacron/novacron', 'acme/external').replace(
      'novacron',
      'external',
    );
    await application.commit({ 'main.tf': `${text}data "external" "a" {}` });
    const env = { NOVACRON_PROVIDER_MIRROR: mirror };
    const refused = await application.run('plan', {}, env);
    expect(refused.reason).toContain('registry.terraform.io/acme/external is not accepted');
    const [hash = ''] = /h1:[\w+/]+=/.exec(refused.reason) ?? [];
    const accepted = { providers: { 'acme/external': [hash] } };
    expect((await application.run('plan', accepted, env)).reason).toContain('runs programs');
    writeFileSync(program, `#!/bin/sh\ntouch ${ran}; exit 1\n`);
    const changed = await application.run('plan', { ...accepted, programs: 'allow' }, env);
    expect(changed.reason).toContain('is another build than those accepted');
    rmSync(mirror, { recursive: true });
  });

  test('while another run has the state locked, and says who that is', async () => {
    const { reason } = await lockedPlan;
    expect(reason).toContain('The state locked is locked by ada@laptop since 20');
    expect(reason).toContain('terraform-state unlock locked --lock-id lock-1');
  });
});

test('a signal ends an apply as Terraform ends it: its lock is released', async () => {
  const slow = openApplication('slow', { programs: 'allow' });
  const command = 'echo begun; sleep 60';
  const provisioner = `provisioner "local-exec" {\n    command = "${command}"\n  }`;
  const text = `resource "terraform_data" "a" {\n  ${provisioner}\n}`;
  await slow.commit({ 'main.tf': text });
  const { digest } = await slow.plan();
  const { bench, settings } = slow;
  const child = spawn(
    process.execPath,
    [resolve(__dirname, '../../../server/cli/bin/novacron.mjs'), 'gitops-step', 'apply'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...bench.environment,
        NOVACRON_ENDPOINT: system.url,
        NOVACRON_GITOPS: JSON.stringify({ ...settings, plan_digest: digest }),
      },
    },
  );
  const closed = once(child, 'close');
  const lines: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    lines.push(line);
    if (line.includes('Creating...')) child.kill('SIGTERM');
  }
  expect(await closed).toEqual([1, null]);
  expect(lines.at(-1)).toContain('The apply was interrupted after 0 changes');
  const { items } = await system.call('terraform_state.list', { name: ['slow'] });
  expect(items).toMatchObject([{ lock: null }]);
});
