/** The provider and servers of other releases: a real one whose answers are altered on the way. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CONTRACT_LEVEL } from '@novacron/contract/contract-level';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { PROVIDER_VERSION } from '../../../provider/src/build-info/version.ts';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import {
  type RunningProvider,
  startProvider,
} from '../../../provider/src/test-kit/start-provider.ts';
import { type Alter, type AlteringProxy, startProxy } from '../support/start-proxy.ts';

// A server of its own starts before the first test.
jest.setTimeout(60_000);

const NETWORK = { name: 'skew', cidr: '10.77.0.0/24' };
const VM = { name: 'skew', cpu_cores: 1, memory_gb: 1, disk_gb: 5, placement: { zone: 'zone-a' } };

const FUTURE = { from_the_future: { deep: [1, null, 'x'] }, another: 7 };

const MAPS = ['metadata', 'data', 'scores', 'rejected'];

/** Objects with fields that no release of today knows, at every depth. */
function addFutureFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(addFutureFields);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) =>
    // The keys of maps are no fields.
    MAPS.includes(name) ? [name, inner] : [name, addFutureFields(inner)],
  );
  return { ...Object.fromEntries(entries), ...FUTURE };
}

/** A server that says that it is of another release. */
function asRelease(server_version: string, contract_level: number): Alter {
  return (method, result) => {
    if (method !== 'identity.whoami') return result;
    return { ...result, server_version, contract_level };
  };
}

describe('a provider and a server of another release', () => {
  let novacron: RunningNovacron;
  let running: RunningProvider;
  let proxy: AlteringProxy;

  beforeAll(async () => {
    novacron = await startNovacron();
    running = await startProvider(createNovacronProvider({}, { retryMsMax: 0 }));
  });
  afterEach(() => proxy.close());
  afterAll(async () => {
    await running.close();
    await novacron.stop();
  });

  async function meet(alter: Alter) {
    proxy = await startProxy(novacron.url, alter);
    return running.probe.configure({ endpoint: proxy.url, api_key: novacron.adminKey });
  }

  async function liveAsEver() {
    const { probe } = running;
    for (const [type, config] of [
      ['novacron_network', NETWORK],
      ['novacron_vm', VM],
    ] as const) {
      const made = await probe.create(type, config);
      const read = await probe.read(type, made.state ?? {}, made.private);
      expect(read).toMatchObject({ state: made.state, diagnostics: [] });
      expect(JSON.stringify(read.state)).not.toContain('future');
      const start = { prior: read.state, config: null, private: read.private };
      const gone = await probe.apply(type, start, await probe.plan(type, start));
      expect(gone).toMatchObject({ state: null, diagnostics: [] });
    }
  }

  test('an older neighbour works', async () => {
    expect(await meet(asRelease('0.0.9', CONTRACT_LEVEL - 1))).toEqual([]);
    await liveAsEver();
  });

  test('a newer neighbour works, and its unknown fields stay out of the state', async () => {
    const newer = asRelease('0.2.0', CONTRACT_LEVEL + 1);
    const alter: Alter = (method, result) => addFutureFields(newer(method, result));
    expect(await meet(alter)).toEqual([]);
    await liveAsEver();
  });

  test('a much newer server is refused with both versions and what to install', async () => {
    expect(await meet(asRelease('0.9.0', CONTRACT_LEVEL + 2))).toEqual([
      {
        severity: 'error',
        summary: 'The provider is too old for the server',
        attribute: 'endpoint',
        detail:
          `The server is NovaCron 0.9.0 (contract level ${CONTRACT_LEVEL + 2}), this provider is ` +
          `${PROVIDER_VERSION} (level ${CONTRACT_LEVEL}). Only neighbouring contract ` +
          'levels are compatible.\n\n' +
          "Install the provider of the server's " +
          'release: version = "0.9.0" in required_providers, then `terraform init -upgrade`.',
      },
    ]);
  });

  test('a much older server is refused', async () => {
    expect(await meet(asRelease('0.0.1', CONTRACT_LEVEL - 2))).toMatchObject([
      {
        severity: 'error',
        summary: 'The server is too old for the provider',
        detail: expect.stringContaining(
          `Upgrade the server to a release next to ${PROVIDER_VERSION}, or install the ` +
            'provider of the server\'s release: version = "0.0.1"',
        ),
      },
    ]);
  });

  test('what a neighbour answers in another form is reported with both versions', async () => {
    const newer = asRelease('0.2.0', CONTRACT_LEVEL + 1);
    await meet((method, result) => (method === 'network.get' ? {} : newer(method, result)));
    const { diagnostics } = await running.probe.read('novacron_network', {
      ...NETWORK,
      id: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
    });
    expect(diagnostics.map(({ detail }) => detail).join()).not.toContain('0.2.0');
    await novacron.expectOk('network.create', NETWORK);
    const [{ id } = { id: '' }] = (await novacron.expectOk('network.list', {})).items;
    const broken = await running.probe.read('novacron_network', { ...NETWORK, id });
    expect(broken.diagnostics).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('The server is NovaCron 0.2.0') },
    ]);
  });
});

test('the provider says the version that its package has', () => {
  const file = resolve(__dirname, '../../../provider/package.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: PROVIDER_VERSION });
});
