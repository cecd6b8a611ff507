import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { CONTRACT_LEVEL } from '@novacron/contract/contract-level';
import { validateConfig } from '../framework/planning/validate-config.ts';
import { createCertificate } from '../goplugin/create-certificate.ts';
import { startProvider } from '../test-kit/start-provider.ts';
import { createNovacronProvider } from './novacron-provider.ts';
import { PROVIDER_SCHEMA } from './provider-schema.ts';

const WHOAMI = {
  principal: 'a',
  role: 'admin',
  tenant: 't',
  features: [],
  operations: [],
  server_version: '1',
  contract_level: CONTRACT_LEVEL,
};

describe('the provider block', () => {
  test.each([
    ['retry_seconds', -1, 'must be from 0 to 3600'],
    ['warnings_max', 1001, 'must be from 0 to 1000'],
    ['tenant', 'acme', 'must be the id of a tenant: tnt_…'],
    ['ca_certificate', 'ca.pem', 'must be a certificate in PEM'],
    ['fail_on_drift', 'loud', 'critical'],
    [
      'deployment',
      'прод',
      'must be printable ASCII characters, without leading or trailing spaces',
    ],
    [
      'deployment',
      'a\nb',
      'must be printable ASCII characters, without leading or trailing spaces',
    ],
    ['deployment', ' a', 'must be printable ASCII characters, without leading or trailing spaces'],
  ])('is refused where %s is %j', (name, value, words) => {
    const options = { writeOnlyAllowed: true };
    const found = validateConfig(PROVIDER_SCHEMA.attributes, { [name]: value as never }, options);
    expect(found.all.map(({ path }) => path)).toEqual([[name]]);
    const [first] = found.all;
    expect(`${first?.summary} ${first?.detail}`).toContain(words);
  });

  test('names an authority to be trusted, and no other stranger is', async () => {
    const own = createCertificate(Date.now());
    const paths: string[] = [];
    const server = createServer({ cert: own.pem, key: own.keyPem }, (request, response) => {
      void json(request).then((calls) => {
        paths.push(String(request.url));
        const answers = (calls as { readonly id: number }[]).map(({ id }) => ({ id }));
        response.end(JSON.stringify(answers.map((each) => ({ ...each, result: WHOAMI }))));
      });
    });
    const provider = await startProvider(createNovacronProvider({}, { retryMsMax: 0 }));
    try {
      server.listen(0, 'localhost');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const config = { endpoint: `https://localhost:${port}`, api_key: 'k' };
      const trusting = { ...config, ca_certificate: own.pem };
      expect(await provider.probe.configure(trusting)).toEqual([]);
      expect(paths).toEqual(['/rpc']);
      const [refused] = await provider.probe.configure(config);
      expect(refused).toMatchObject({ severity: 'error', attribute: 'endpoint' });
      expect(refused?.detail).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
      expect(refused?.detail).toContain('ca_certificate = file("ca.pem")');
      expect(paths).toHaveLength(1);
    } finally {
      await provider.close();
      server.closeAllConnections();
      server.close();
    }
  });
});
