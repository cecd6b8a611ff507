/**
 * Runs the command lines of `testdata/*.txt` against the sample world and compares what they call
 * and write with what stands there. With UPDATE_GOLDEN=1 the files are written instead.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SSH_KEY_EXAMPLE } from '@novacron/contract/formats/ssh-public-key';
import { tableCommands } from './arguments/command-table.ts';
import { runInProcess } from './test-kit/run-in-process.ts';
import { sampleConfiguration } from './test-kit/sample-configuration.ts';
import { SAMPLE_TERRAFORM } from './test-kit/sample-terraform.ts';
import { splitWords } from './test-kit/split-words.ts';
import { startFakeServer } from './test-kit/start-fake-server.ts';

const TESTDATA = join(__dirname, '..', 'testdata');

const PROFILES = {
  current: 'prod',
  profiles: {
    prod: { endpoint: 'https://novacron.example', api_key: 'never-shown' },
    test: { endpoint: 'http://127.0.0.1:7481', api_key: 'never-shown-either' },
  },
};

const FILES = {
  'policies.yaml':
    'policies:\n' +
    '  - name: production-sla\n    selector:\n      tags: ["production"]\n' +
    '    rules:\n      - minReplicas: 3\n      - antiAffinity: hard\n' +
    '  - name: cost-optimization\n    selector:\n      tags: ["development"]\n' +
    '    rules:\n      - spotInstances: true\n      - scaleDownDelay: 5m\n',
  'broken-policies.yaml':
    'policies:\n  - name: one\n    rules:\n      - spotInstances: true\n' +
    '  - name: two\n    rules:\n      - minReplicaz: 3\n',
  '/alice/.config/novacron/profiles.json': JSON.stringify(PROFILES),
  'admin.key': 'never-shown-as-well\n',
  'access.rego': 'package novacron\n\nallow := true\n',
  'id_ed25519.pub': `${SSH_KEY_EXAMPLE}\n`,
  'spread.yaml': 'policies: [{ name: production-sla, rules: [{ antiAffinity: hard }] }]\n',
  'vms.yaml': 'vms:\n  - { name: web-01, cpu_cores: 4, memory_gb: 8, disk_gb: 40 }\n',
  'classes.yaml': '- { name: default, cpu_core: 0.02, memory_gb: 0.005, disk_gb: 0.0001 }\n',
  'teams.yaml': 'web: { cores: 16 }\n',
  'blue.yaml':
    'kind: network\nname: blue\ncidr: 10.20.0.0/16\n---\n' +
    'kind: vm\nname: web-server-01\ncpu_cores: 8\n',
  'no-vms.yaml': 'nodes: []\n',
  'provision.yaml': 'name: provision-web\nsteps:\n  - { id: settle, wait: 1m }\n',
  'new-workflow.yaml': 'name: new\nsteps:\n  - { id: settle, wait: 1m }\n',
  '-': 'package from.stdin\n',
  ...SAMPLE_TERRAFORM,
};

const MODULES = {
  '@novacron/server/config/describe-configuration': {
    describeConfiguration: sampleConfiguration,
  },
};

/** Files of this name show what a terminal of 80 columns shows; escape characters are `^[`. */
const OF_TERMINALS = /^terminal/;

/** The most lines of a command: its own and what it prints. */
const SCREEN_LINES = 50;

/** Command lines that ask for all of an answer, or for a text that goes to a file. */
const FOR_FILES =
  /^\$ novacron (?:export|.*(?:-o|--output|--format)[ =](?:json|yaml|wide|sarif|markdown|md|csv))/;

/** The lines of a transcript besides the calls to the server and the exit code. */
function shownLines(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => !/^(?:-> |exit )/.test(line));
}

async function transcriptOf(line: string, terminal: 'stdout' | 'none' = 'none'): Promise<string> {
  const server = await startFakeServer();
  const env = {
    NOVACRON_ENDPOINT: server.endpoint,
    NOVACRON_API_KEY: 'secret',
    NOVACRON_DATA_DIR: '/data',
    LOG_LEVEL: 'debug',
  };
  const run = await runInProcess(splitWords(line).slice(1), {
    env,
    files: FILES,
    modules: MODULES,
    terminal,
  });
  await server.close();
  const calls = server.calls.map(
    ({ method, params }) => `-> ${method} ${JSON.stringify(params)}\n`,
  );
  const errors = run.stderr.replace(/^(?=.)/gm, '! ');
  const text = `$ ${line}\n${calls.join('')}${run.stdout}${errors}exit ${run.exitCode}\n`;
  return text.replaceAll(server.endpoint, 'http://SERVER').replaceAll('\u001b', '^[');
}

describe('the command lines of testdata', () => {
  const files = readdirSync(TESTDATA).filter((name) => name.endsWith('.txt'));
  test.each(files)('%s reads as it did', async (name) => {
    const path = join(TESTDATA, name);
    const golden = readFileSync(path, 'utf8');
    const transcripts: string[] = [];
    for (const [, line = ''] of golden.matchAll(/^\$ (novacron .*)$/gm)) {
      const terminal = OF_TERMINALS.test(name) ? 'stdout' : 'none';
      transcripts.push(await transcriptOf(line, terminal));
    }
    const text = transcripts.join('\n');
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
    else expect(text).toBe(golden);
  });

  test('fit 80 columns on a terminal', () => {
    const lines = files
      .filter((name) => OF_TERMINALS.test(name))
      .flatMap((name) => readFileSync(join(TESTDATA, name), 'utf8').split('\n'))
      .filter((line) => !/^([$!]|->) /.test(line));
    expect(lines.length).toBeGreaterThan(0);
    const shown = lines.map((line) => line.replace(/\^\[\[\d+m/g, ''));
    expect(shown.filter((line) => line.length > 80)).toEqual([]);
  });

  test('fit a screen, unless all of it is asked for', () => {
    const long = files
      .flatMap((name) => readFileSync(join(TESTDATA, name), 'utf8').split(/^(?=\$ )/m))
      .filter((text) => !FOR_FILES.test(text))
      .filter((text) => shownLines(text).length > SCREEN_LINES);
    expect(long.map((text) => text.split('\n')[0])).toEqual([]);
  });

  test('use every command', () => {
    const lines = files.map((name) => readFileSync(join(TESTDATA, name), 'utf8')).join('\n');
    const missing = tableCommands()
      .map(({ group, verb }) => (group === undefined ? verb : `${group} ${verb}`))
      .filter(
        (words) =>
          !lines.replaceAll('novacron volume', 'novacron storage').includes(`$ novacron ${words}`),
      );
    expect(missing).toEqual([]);
  });
});

test('the README names every command', () => {
  const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');
  const missing = tableCommands()
    .map(({ group, verb }) => (group === undefined ? verb : `${group} ${verb}`))
    .filter((words) => !readme.includes(`\`${words}`));
  expect(missing).toEqual([]);
});

describe('the examples in help texts', () => {
  test.each(tableCommands().map(({ operation, example }) => [operation, example] as const))(
    'that of %s works as it stands',
    async (operation, example) => {
      const transcript = await transcriptOf(example.replaceAll('\\\n', ' '));
      expect(transcript).toContain(`-> ${operation} `);
      expect(transcript).toMatch(/exit 0\n$/);
    },
  );
});
