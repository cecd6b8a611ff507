/** One object is in one state at most: runs at the same time, copies, and runs that were killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import { listChildren } from '../../support/services/kill-children.ts';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type Installation, installForTest } from '../support/install.ts';
import {
  type AlteringProxy,
  type Passage,
  startProxy,
  type Trouble,
} from '../support/start-proxy.ts';
import { type System, startSystem } from '../support/start-system.ts';

// A run waits for the lease of one that was killed: 10 seconds.
jest.setTimeout(120_000);

const OBJECTS = 16;

/** Objects of several kinds, few of which depend on each other. */
const SIXTEEN = `
resource "novacron_network" "n" {
  count = 3
  name  = "net-\${count.index}"
  cidr  = "10.\${count.index}.0.0/16"
}
resource "novacron_vm" "v" {
  count     = 5
  name      = "vm-\${count.index}"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 1
}
resource "novacron_storage" "s" {
  count   = 3
  name    = "volume-\${count.index}"
  size_gb = 1
}
resource "novacron_security_group" "g" {
  count = 3
  name  = "group-\${count.index}"
}
resource "novacron_template" "t" {
  name  = "small"
  image = "builtin:debian-12"
}
resource "novacron_vm" "inside" {
  name       = "inside"
  cpu_cores  = 1
  memory_gb  = 1
  disk_gb    = 1
  network_id = novacron_network.n[0].id
}
`;

const ONE_VM = `
resource "novacron_vm" "v" {
  name      = "web"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 1
}
`;

describe('an object that two configurations say', () => {
  let system: System;
  let installation: Installation;
  let proxy: AlteringProxy | undefined;
  const workspaces: TerraformWorkspace[] = [];

  beforeAll(async () => {
    system = await startSystem();
    installation = await installForTest();
  });
  afterEach(async () => {
    await proxy?.close();
    proxy = undefined;
    for (const workspace of workspaces.splice(0)) workspace.remove();
    await system.clear();
  });
  afterAll(async () => {
    installation.remove();
    await system.stop();
  });

  /** An empty directory, in which Terraform starts the provider itself. */
  function makeDirectory(endpoint = system.url): TerraformWorkspace {
    const made = createWorkspace(
      { kind: 'cli-config', file: installation.cliConfig },
      { NOVACRON_ENDPOINT: endpoint, NOVACRON_API_KEY: system.adminKey },
    );
    workspaces.push(made);
    return made;
  }

  async function checkOut(hcl: string, endpoint?: string): Promise<TerraformWorkspace> {
    const made = makeDirectory(endpoint);
    made.configure(hcl);
    expect(await made.run('init', '-input=false')).toMatchObject({ exitCode: 0 });
    return made;
  }

  /** The ids in a state, which are unique over all kinds. */
  async function idsOf(workspace: TerraformWorkspace): Promise<string[]> {
    const { output } = await workspace.run('show', '-json');
    const resources = JSON.parse(output).values?.root_module?.resources ?? [];
    return resources.map(({ values }: { values: { id: string } }) => values.id);
  }

  async function idsOnServer(): Promise<string[]> {
    const lists = await Promise.all(
      (['network', 'vm', 'volume', 'security_group', 'template'] as const).map((kind) =>
        system.call(`${kind}.list`, {}),
      ),
    );
    return lists
      .flatMap(({ items }) => items as readonly { id: string; built_in?: boolean }[])
      .filter(({ built_in }) => built_in !== true)
      .map(({ id }) => id)
      .sort();
  }

  const vmIds = async () => (await system.call('vm.list', {})).items.map(({ id }) => id);

  test.each([
    { what: 'two directories with one configuration', copy: false },
    { what: 'a directory and its copy with .terraform', copy: true },
  ])('is in the state of one of $what, applied at once', async ({ copy }) => {
    const first = await checkOut(SIXTEEN);
    const second = copy ? copyOf(first) : await checkOut(SIXTEEN);
    await Promise.all([first.apply(), second.apply()]);
    const [ofFirst, ofSecond] = [await idsOf(first), await idsOf(second)];
    expect(ofFirst.filter((id) => ofSecond.includes(id))).toEqual([]);
    const all = [...ofFirst, ...ofSecond].sort();
    expect(await idsOnServer()).toEqual(all);
    expect(all).toHaveLength(OBJECTS);
    // With a refresh, Terraform would plan the creates first.
    const destroyed = await second.run('destroy', '-auto-approve', '-refresh=false');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
    expect(await idsOnServer()).toEqual([...ofFirst].sort());
    // What the other directory had is free now.
    const finished = await first.apply();
    expect(finished.exitCode === 0 ? '' : finished.output).toBe('');
    expect(await idsOf(first)).toHaveLength(OBJECTS);
    expect(await diagnosePlan(first)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('is refused to a second checkout after the first one, whose state is lost', async () => {
    const first = await checkOut(ONE_VM);
    expect(await first.apply()).toMatchObject({ exitCode: 0 });
    const [id] = await idsOf(first);
    const second = await checkOut(ONE_VM);
    expect(await diagnoseApply(second)).toMatchObject({
      exitCode: 1,
      diagnostics: [{ detail: expect.stringContaining(`terraform import novacron_vm.NAME ${id}`) }],
    });
    expect(await second.run('import', 'novacron_vm.v', String(id))).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(second)).toMatchObject({ exitCode: 0 });
  });

  async function openProxy(hold: Trouble['hold']): Promise<AlteringProxy> {
    proxy = await startProxy(system.url, (_method, result) => result, hold && { hold });
    return proxy;
  }

  /** A proxy in which a call stays on its way for ever, and when it has got there. */
  async function stopAt(moment: Passage['moment'], method: string) {
    let reach = (): void => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const opened = await openProxy(async (passage) => {
      if (passage.moment !== moment || !passage.methods.includes(method)) return undefined;
      reach();
      return new Promise<undefined>(() => {});
    });
    return { opened, reached };
  }

  /** Terraform in a process group of its own, as a shell starts it. */
  function startApply({ directory, env }: TerraformWorkspace) {
    return spawn('terraform', ['apply', '-auto-approve', '-no-color'], {
      cwd: directory,
      env,
      detached: true,
      stdio: 'ignore',
    });
  }

  function isGone(pid: number): boolean {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  }

  /** Kills Terraform and the provider once a call of an apply is on its way. */
  async function killAt(moment: Passage['moment'], method: string): Promise<TerraformWorkspace> {
    const { opened, reached } = await stopAt(moment, method);
    const workspace = await checkOut(ONE_VM, opened.url);
    const terraform = startApply(workspace);
    await reached;
    process.kill(-(terraform.pid ?? 0), 'SIGKILL');
    await once(terraform, 'exit');
    return workspace;
  }

  /** `cp -r` of a directory, with `.terraform` and state, and without its proxy. */
  function copyOf(original: TerraformWorkspace): TerraformWorkspace {
    const made = makeDirectory();
    cpSync(original.directory, made.directory, { recursive: true, verbatimSymlinks: true });
    return made;
  }

  test.each([
    ['before the create is sent', 'request', 'vm.create'],
    ['after the commit, before the provider has the answer', 'answer', 'vm.create'],
    ['before the answer is recorded as delivered', 'request', 'idempotency.deliver'],
  ] as const)(
    'is made once by a run that is killed %s, and the next run',
    async (_, at, method) => {
      const killed = await killAt(at, method);
      const before = await vmIds();
      const next = copyOf(killed);
      const again = await next.apply();
      expect(again.exitCode === 0 ? '' : again.output).toBe('');
      const after = await vmIds();
      expect(after).toEqual(await idsOf(next));
      expect(after).toEqual(before.length === 0 ? [expect.any(String)] : before);
      expect(await diagnosePlan(next)).toMatchObject({ exitCode: 0, diagnostics: [] });
      const another = await checkOut(ONE_VM);
      expect(await another.apply()).toMatchObject({ exitCode: 1 });
      expect(await idsOf(another)).toEqual([]);
    },
  );

  test('is continued by the next run after Terraform alone was killed', async () => {
    const seen: string[] = [];
    let [reach, release] = [(): void => {}, (_status: undefined): void => {}];
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const held = new Promise<undefined>((resolve) => {
      release = resolve;
    });
    const opened = await openProxy(async ({ moment, methods }) => {
      seen.push(...methods);
      if (moment !== 'answer' || !methods.includes('vm.create')) return undefined;
      reach();
      return held;
    });
    const workspace = await checkOut(ONE_VM, opened.url);
    const terraform = startApply(workspace);
    await reached;
    const [provider = 0] = listChildren(terraform.pid ?? 0);
    terraform.kill('SIGKILL');
    await once(terraform, 'exit');
    seen.length = 0;
    release(undefined);
    await waitUntil('the end of the provider', async () => isGone(provider) || undefined);
    expect(seen).not.toContain('idempotency.deliver');
    const before = await vmIds();
    const next = copyOf(workspace);
    const again = await next.apply();
    expect(again.exitCode === 0 ? '' : again.output).toBe('');
    expect(await idsOf(next)).toEqual(before);
    expect(await vmIds()).toEqual(before);
  });

  test('is continued by a fresh checkout after a run that was killed', async () => {
    await killAt('answer', 'vm.create');
    const before = await vmIds();
    const [next, another] = [await checkOut(ONE_VM), await checkOut(ONE_VM)];
    const runs = await Promise.all([next.apply(), another.apply()]);
    expect(runs.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    expect([...(await idsOf(next)), ...(await idsOf(another))]).toEqual(before);
    expect(await vmIds()).toEqual(before);
  });

  test('is imported after a run that was killed when it had said that it has it', async () => {
    const killed = await killAt('answer', 'idempotency.deliver');
    const [id, ...others] = await vmIds();
    expect(others).toEqual([]);
    const next = copyOf(killed);
    const { exitCode, diagnostics } = await diagnoseApply(next);
    expect({ exitCode, diagnostics }).toMatchObject({
      exitCode: 1,
      diagnostics: [
        {
          summary: 'The name is taken: create novacron_vm "web"',
          address: 'novacron_vm.v',
          code: expect.stringContaining('name'),
        },
      ],
    });
    const [{ detail } = { detail: '' }] = diagnostics;
    expect(detail).toContain('It was created by a run that was interrupted');
    expect(detail).toContain(`terraform import novacron_vm.NAME ${id}`);
    expect(detail).toContain(`import { to = novacron_vm.NAME, id = "${id}" }`);
    next.configure(`${ONE_VM}\nimport {\n  to = novacron_vm.v\n  id = "${id}"\n}\n`);
    expect(await next.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(next)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(await vmIds()).toEqual([id]);
  });

  test('is in the state of a run that was killed before it confirmed it', async () => {
    const killed = await killAt('request', 'idempotency.confirm');
    const ids = await idsOf(killed);
    expect(ids).toEqual(await vmIds());
    const another = await checkOut(ONE_VM);
    expect(await another.apply()).toMatchObject({ exitCode: 1 });
    expect(await idsOf(another)).toEqual([]);
    expect(await diagnosePlan(copyOf(killed))).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(await vmIds()).toEqual(ids);
  });

  test.each(['vm.create', 'idempotency.deliver'])(
    'is made once where an answer to %s is lost',
    async (method) => {
      let losses = 0;
      const opened = await openProxy(async ({ moment, methods }) => {
        if (moment !== 'answer' || !methods.includes(method) || losses > 1) return undefined;
        losses += 1;
        return 502;
      });
      const workspace = await checkOut(ONE_VM, opened.url);
      const run = await workspace.apply();
      expect(run.exitCode === 0 ? '' : run.output).toBe('');
      expect(losses).toBe(2);
      expect(await idsOf(workspace)).toEqual(await vmIds());
    },
  );

  test('is in no state if the server was not notified, and the next run continues it', async () => {
    const { opened, reached } = await stopAt('request', 'idempotency.deliver');
    const provider = 'provider "novacron" {\n  retry_seconds = 0\n}\n';
    const workspace = await checkOut(provider + ONE_VM, opened.url);
    const applying = workspace.apply();
    await reached;
    const [id] = await vmIds();
    await opened.close();
    expect(await applying).toMatchObject({ exitCode: 1 });
    expect(await idsOf(workspace)).toEqual([]);
    const next = copyOf(workspace);
    const again = await next.apply();
    expect(again.exitCode === 0 ? '' : again.output).toBe('');
    expect(await idsOf(next)).toEqual([id]);
    expect(await vmIds()).toEqual([id]);
  });
});
