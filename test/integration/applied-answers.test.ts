/** A real server's responses about its resources can be applied again unchanged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { SSH_KEY_EXAMPLE } from '@novacron/contract/formats/ssh-public-key';
import {
  runNovacron,
  type ServerProcess,
  startServerProcess,
} from './test-kit/start-server-process.ts';

/** Each command is a process of its own, on a machine that may be busy. */
jest.setTimeout(180_000);

const RULE = 'package novacron\n\nimport rego.v1\n\nallow if input.resource.name != "x"\n';

/** One of each kind, with nested fields and references. */
const RESOURCES = [
  { kind: 'ssh_key', name: 'ada', public_key: SSH_KEY_EXAMPLE, metadata: { a: 'b' } },
  { kind: 'network', name: 'blue', cidr: '10.20.0.0/16', dns_servers: ['1.1.1.1'] },
  {
    kind: 'security_group',
    name: 'web',
    rules: [
      { direction: 'ingress', action: 'allow', protocol: 'tcp', ports: '22', cidr: '10.0.0.0/8' },
    ],
  },
  {
    kind: 'template',
    name: 'base',
    image: 'builtin:debian-12',
    cpu_cores: 2,
    memory_gb: 2,
    disk_gb: 10,
    networks: ['blue'],
  },
  {
    kind: 'vm',
    name: 'web-01',
    template: 'base',
    network: 'blue',
    ssh_key_ids: ['ada'],
    security_groups: ['web'],
    metadata: { tier: 'web' },
    healing: { restart: 'always' },
    anti_affinity: 'web',
  },
  {
    kind: 'vm_group',
    name: 'workers',
    vm: { cpu_cores: 1, memory_gb: 1, disk_gb: 10 },
    min_size: 1,
    max_size: 3,
    desired_size: 2,
  },
  { kind: 'volume', name: 'data', size_gb: 10, type: 'ssd', attached_to: 'web-01' },
  { kind: 'snapshot', name: 'before', volume: 'data' },
  { kind: 'policy', name: 'names', type: 'access', enforcement_mode: 'warn', rule: RULE },
  { kind: 'role', name: 'reader', operations: ['vm.list'] },
  { kind: 'tenant', name: 'other', quotas: { vms: 5 } },
];

let directory = '';
let server: ServerProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-applied-'));
  server = await startServerProcess(join(directory, 'data'));
});

afterAll(async () => {
  await server.kill();
  rmSync(directory, { recursive: true, force: true });
});

async function novacron(...words: readonly string[]) {
  const key = readFileSync(join(directory, 'data', 'admin.key'), 'utf8').trim();
  const env = { NOVACRON_ENDPOINT: server.url, NOVACRON_API_KEY: key };
  const { code, stdout, stderr } = await runNovacron(words, env);
  return { code, stdout, stderr };
}

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test('a resource of each kind is unchanged by the document that shows it', async () => {
  const all = write('all.json', JSON.stringify(RESOURCES));
  const created = await novacron('apply', '-f', all);
  expect(created).toMatchObject({ code: 0 });
  const shown: string[] = [];
  for (const { kind, name } of RESOURCES) {
    const { stdout } = await novacron(kind.replaceAll('_', '-'), 'show', name, '-o', 'yaml');
    shown.push(write(`${kind}.yaml`, stdout));
  }
  const places = shown.flatMap((path) => ['-f', path]);
  expect(await novacron('diff', ...places)).toEqual({ code: 0, stdout: '', stderr: '' });
  const applied = await novacron('apply', ...places);
  expect(applied.stdout.match(/ unchanged$/gm)).toHaveLength(RESOURCES.length);
  expect(applied).toMatchObject({ code: 0, stderr: '' });
});

test('a VM that was deleted is created again as the document shows it', async () => {
  const { stdout } = await novacron('vm', 'show', 'web-01', '-o', 'yaml');
  const path = write('web-01.yaml', stdout);
  await novacron('vm', 'delete', 'web-01', '--yes');
  expect(await novacron('apply', '-f', path)).toMatchObject({
    code: 0,
    stdout: 'vm/web-01 created\n',
  });
  expect(await novacron('diff', '-f', path)).toMatchObject({ code: 0 });
});
