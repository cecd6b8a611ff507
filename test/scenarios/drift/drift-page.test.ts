/** Runs the commands of docs/how-to/drift.md as they stand there, on a server with some drift. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { runInProcess } from '../../../server/cli/src/test-kit/run-in-process.ts';

const PAGE = readFileSync(
  fileURLToPath(new URL('../../../docs/how-to/drift.md', import.meta.url)),
  'utf8',
);

const BLOCKS = [...PAGE.matchAll(/^```console\n([\s\S]+?)^```$/gm)].map(([, text = '']) => text);

const MAIN = { mode: 'managed', type: 'novacron_network', name: 'main' };

const APPLIED = ['8.8.8.8', '8.8.4.4'];
const CHANGED = ['192.0.2.1', '8.8.4.4'];

let novacron: RunningNovacron;
let files: Readonly<Record<string, string>>;

async function ask(client: string, method: string, path: string, body: object) {
  const answer = await fetch(`${novacron.url}/api/v2/${path}`, {
    method,
    body: JSON.stringify(body),
    headers: {
      authorization: `Bearer ${novacron.adminKey}`,
      'content-type': 'application/json',
      'novacron-client': client,
    },
  });
  return Object(await answer.json()).resource;
}

beforeAll(async () => {
  novacron = await startNovacron();
  const asked = { name: 'production', cidr: '10.0.0.0/16', dns_servers: APPLIED };
  const { id } = await ask('terraform', 'POST', 'networks', asked);
  await ask('cli', 'PATCH', `networks/${id}`, { dns_servers: CHANGED });
  await ask('cli', 'POST', 'networks', { name: 'scratch', cidr: '10.1.0.0/16' });
  const change = {
    actions: ['update'],
    before: { ...asked, id, dns_servers: CHANGED },
    after: { ...asked, id },
  };
  const changed = { ...MAIN, address: 'novacron_network.main', change };
  files = {
    'plan.json': JSON.stringify({ format_version: '1.2', resource_changes: [changed] }),
    'terraform.tfstate': JSON.stringify({
      version: 4,
      resources: [{ ...MAIN, instances: [{ attributes: { id } }] }],
    }),
  };
});

afterAll(() => novacron.stop());

const plain = (text: string) => text.replace(/ +/g, ' ').trim();

describe('docs/how-to/drift.md', () => {
  test.each(BLOCKS.map((block) => [block.split('\n')[0] ?? '', block]))(
    'shows what %s writes',
    async (_first, block) => {
      const [command = '', ...lines] = block.trimEnd().split('\n');
      const env = { NOVACRON_ENDPOINT: novacron.url, NOVACRON_API_KEY: novacron.adminKey };
      const words = command.split(' ').slice(2);
      const { stdout, stderr, exitCode } = await runInProcess(words, { env, files });
      const written = [...stdout.split('\n'), ...stderr.split('\n'), `exit ${exitCode}`].map(plain);
      for (const line of lines.filter((each) => each !== '…')) {
        expect(written).toContainEqual(expect.stringContaining(plain(line)));
      }
    },
  );
});
