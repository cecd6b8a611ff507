/**
 * One trace of a pipeline, from Terraform and the command line to driver and runner, and what none
 * of its spans and no log may contain.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeRequest } from '../../server/agent/src/identity/make-request.ts';
import {
  launchRunner,
  type RunnerProcess,
} from '../../server/runner/src/test-kit/launch-runner.ts';
import { installForTest } from '../acceptance/support/install.ts';
import { findIsolation } from '../support/services/find-isolation.ts';
import { type Collector, drawTrace, startCollector } from '../support/services/start-collector.ts';
import { type NatsServer, startNats } from '../support/services/start-nats.ts';
import { clientOf } from './test-kit/live-client.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';

findIsolation();

/** Programs are started on a machine that may be busy. */
jest.setTimeout(120_000);

const PROGRAM = fileURLToPath(new URL('../../server/cli/bin/novacron.mjs', import.meta.url));
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ROOT = '00f067aa0ba902b7';
const NODE =
  '--node node-01 --zone zone-a --rack rack-1 --cpu-cores 8 --memory-gb 16 --disk-gb 200';

const CANARIES = { userData: 'canary-user-data', secret: 'canary-of-a-secret' } as const;

const CONFIGURATION = `
terraform {
  required_providers {
    novacron = { source = "novacron/novacron" }
  }
}
resource "novacron_vm" "web" {
  name      = "web-01"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 10

  user_data_wo         = "#cloud-config ${CANARIES.userData}"
  user_data_wo_version = 1
}
`;

const WORKFLOW = `name: report
steps:
  - id: send
    command: [sh, -c, 'test -n "$TRACEPARENT" && cat "$TOKEN" > /dev/null']
    secrets: { TOKEN: mail }
    run_on: { site: a }
`;

let directory: string;
let nats: NatsServer;
let collector: Collector;
let server: ServerProcess | undefined;
let agent: ChildProcess | undefined;
let runner: RunnerProcess | undefined;
let log = '';

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-one-trace-'));
  nats = await startNats();
  collector = await startCollector();
});

afterEach(async () => {
  agent?.kill('SIGKILL');
  await runner?.end('SIGKILL');
  await server?.kill();
  await collector.stop();
  await nats.remove();
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});

/** Starts a program whose output is kept. */
function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const { PATH = '' } = process.env;
  const child = spawn(program, args, {
    cwd: directory,
    env: { PATH, HOME: directory, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  return child;
}

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = start(program, args, env);
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`${program} ${args.join(' ')}: ${log}`);
}

async function startAll() {
  const dataDir = join(directory, 'server');
  const flags = ['--bus', nats.url, '--otlp-endpoint', collector.url, '--log-level', 'debug'];
  server = await startServerProcess(dataDir, flags);
  const call = clientOf(server.url, dataDir);
  const bus = ['--bus', nats.url, '--log-level', 'debug'];
  const place = ['--data-dir', join(directory, 'agent')];
  agent = start(process.execPath, [PROGRAM, 'agent', ...NODE.split(' '), ...bus, ...place], {});
  const enrolled = await call('enrollment.create', { runner: 'runner-01' });
  if (!enrolled.ok) throw new Error(enrolled.error.detail);
  const { requestPem: request } = await makeRequest('runner-01');
  await call('enrollment.redeem', { token: enrolled.value.secret, runner: 'runner-01', request });
  const own = ['--name', 'runner-01', '--label', 'site=a', '--data-dir', join(directory, 'runner')];
  runner = launchRunner([...own, ...bus, '--otlp-endpoint', collector.url]);
  await runner.ready();
  await waitUntil('node and runner', async () => {
    const [nodes, runners] = [await call('node.list', {}), await call('runner.list', {})];
    const isThere = nodes.ok && runners.ok && nodes.value.items.length === 1;
    return isThere && runners.value.items.length === 1 ? true : undefined;
  });
  return { key: readFileSync(join(dataDir, 'admin.key'), 'utf8').trim(), url: server.url };
}

test('a pipeline is one trace, in which no secret is', async () => {
  const { key, url } = await startAll();
  const installation = await installForTest();
  const env = {
    NOVACRON_ENDPOINT: url,
    NOVACRON_API_KEY: key,
    TRACEPARENT: `00-${TRACE}-${ROOT}-01`,
    TF_CLI_CONFIG_FILE: installation.cliConfig,
    CHECKPOINT_DISABLE: '1',
    TF_LOG_PROVIDER: 'TRACE',
  };
  writeFileSync(join(directory, 'main.tf'), CONFIGURATION);
  writeFileSync(join(directory, 'report.yaml'), WORKFLOW);
  writeFileSync(join(directory, 'secret'), CANARIES.secret);
  const novacron = (words: string) =>
    run('sh', ['-c', `"${process.execPath}" "${PROGRAM}" ${words}`], env);
  await run('terraform', ['init', '-no-color'], env);
  await run('terraform', ['apply', '-auto-approve', '-no-color'], env);
  await novacron('secret create mail --allow-workflow report --allow-runner-label site=a < secret');
  await novacron('workflow push report.yaml');
  await novacron('workflow run report');
  installation.remove();

  const names = ['process create', 'process command', 'operation workflow.run'];
  const spans = await waitUntil('the last spans', () => {
    const found = collector.spans();
    return names.every((name) => found.some((span) => span.name === name)) ? found : undefined;
  });
  const drawn = drawTrace(
    spans.filter(({ traceId }) => traceId === TRACE),
    ROOT,
  );
  expect(drawn.filter((line) => line.startsWith('?'))).toEqual([]);
  const below = (line: string) => drawn.find((each) => each.trim() === line)?.search(/\S/);
  expect({
    apply: below('terraform-provider-novacron: ApplyResourceChange novacron_vm'),
    create: below('agent: process create'),
    command: below('runner: process command'),
  }).toEqual({ apply: 2, create: expect.any(Number), command: expect.any(Number) });

  const all = [JSON.stringify(spans), log, server?.stderr(), runner?.said.stderr].join('\n');
  for (const canary of [key, ...Object.values(CANARIES)]) {
    expect({ canary, isThere: all.includes(canary) }).toEqual({ canary, isThere: false });
  }
});
