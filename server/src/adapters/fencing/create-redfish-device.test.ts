import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCertificates } from '../certificates/create-certificates.ts';
import { createRedfishDevice, type RedfishSettings } from './create-redfish-device.ts';

const SYSTEM = '/redfish/v1/Systems/1';
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
const UUID = '00112233-4455-6677-8899-aabbccddeeff';

/** State of the service, and the requests it received. */
let power: string;
let members: string[];
let allowed: string[] | undefined;
let target: string;
let asked: string[];
let answer: ((path: string) => { status: number; body: string } | undefined) | undefined;
let server: Server | undefined;

beforeEach(() => {
  [power, members, asked] = ['On', [SYSTEM], []];
  target = RESET;
  [allowed, answer, server] = [['On', 'ForceOff', 'GracefulShutdown'], undefined, undefined];
});
afterEach(async () => {
  if (server === undefined) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** A service as the schemas ComputerSystemCollection and ComputerSystem describe it. */
const serve: RequestListener = (request, response) => {
  const path = request.url ?? '';
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
  const known = Buffer.from(credentials, 'base64').toString();
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    asked.push(`${request.method} ${path} ${body}`.trim());
    const instead = answer?.(path);
    if (instead !== undefined) return response.writeHead(instead.status).end(instead.body);
    if (scheme !== 'Basic' || known !== 'root:calvin') return response.writeHead(401).end();
    if (path === RESET && request.method === 'POST') {
      power = 'Off';
      return response.writeHead(204).end();
    }
    const json =
      path === SYSTEM ? systemNow() : { Members: members.map((id) => ({ '@odata.id': id })) };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
};

function systemNow() {
  return {
    '@odata.id': SYSTEM,
    '@odata.type': '#ComputerSystem.v1_20_0.ComputerSystem',
    Id: '1',
    Name: 'System',
    PowerState: power,
    UUID,
    Actions: {
      '#ComputerSystem.Reset': {
        target,
        ...(allowed === undefined ? {} : { 'ResetType@Redfish.AllowableValues': allowed }),
      },
    },
  };
}

async function listen(made: Server): Promise<number> {
  server = made;
  await once(made.listen(0, '127.0.0.1'), 'listening');
  const address = made.address();
  return (address as AddressInfo).port;
}

async function open(more: Partial<RedfishSettings> = {}) {
  const port = await listen(createServer(serve));
  return createRedfishDevice({
    address: `http://127.0.0.1:${port}`,
    username: 'root',
    password: 'calvin',
    system: undefined,
    certificateSha256: undefined,
    ...more,
  });
}

describe('a management controller that speaks Redfish', () => {
  test.each([
    ['On', 'on'],
    ['PoweringOff', 'on'],
    ['Paused', 'on'],
    ['Off', 'off'],
  ])('says that the power is %s', async (said, is) => {
    power = said;
    expect(await (await open()).read()).toEqual({ ok: true, value: { power: is, uuid: UUID } });
    expect(asked).toEqual(['GET /redfish/v1/Systems', `GET ${SYSTEM}`]);
  });

  test.each([[['ForceOff']], [undefined]])(
    'forces the power off, where %j is allowed',
    async (set) => {
      allowed = set;
      const device = await open({ system: SYSTEM });
      expect(await device.powerOff()).toEqual({ ok: true, value: undefined });
      expect(asked.at(-1)).toBe(`POST ${RESET} {"ResetType":"ForceOff"}`);
      expect(await device.read()).toMatchObject({ value: { power: 'off' } });
    },
  );

  test('that offers no forced power off is not asked for it', async () => {
    allowed = ['GracefulShutdown'];
    expect(await (await open()).powerOff()).toMatchObject({
      error: 'does not offer to force the power off',
    });
    expect(power).toBe('On');
  });

  test.each([
    [
      'https://example.invalid/stolen',
      'answered with an address elsewhere, https://example.invalid',
    ],
    ['//example.invalid/stolen', 'answered with an address elsewhere, http://example.invalid'],
    ['http://[', 'answered with a path that is none'],
  ])('that wants the order at %s is no power switch, as a reading says', async (path, fault) => {
    target = path;
    const device = await open();
    expect(await device.read()).toEqual({
      ok: true,
      value: { power: 'on', uuid: UUID, obstacle: fault },
    });
    expect(await device.powerOff()).toEqual({ ok: false, error: fault });
    expect(power).toBe('On');
  });

  test('that offers no forced power off says so when it is read, while it is on', async () => {
    allowed = ['On'];
    const device = await open();
    const obstacle = 'does not offer to force the power off';
    expect(await device.read()).toMatchObject({ value: { obstacle } });
    power = 'Off';
    expect(await device.read()).toEqual({ ok: true, value: { power: 'off', uuid: UUID } });
  });

  test('with several systems needs the name of one', async () => {
    members = [SYSTEM, '/redfish/v1/Systems/2'];
    const device = await open();
    expect(await device.read()).toMatchObject({
      error: expect.stringContaining(
        'has 2 systems (/redfish/v1/Systems/1, /redfish/v1/Systems/2)',
      ),
    });
  });

  test.each([
    [401, '', 'refuses the user or its password'],
    [500, '', 'answered with the status 500'],
    [302, '', 'answered with the status 302'],
    [200, 'not JSON', 'answered ComputerSystem without JSON'],
    [200, '{"PowerState":"Maybe"}', 'answered ComputerSystem not as Redfish does, at PowerState'],
    [200, 'x'.repeat(1_100_000), 'answers at too great a length'],
  ])('that answers %i is a fault', async (status, body, error) => {
    answer = (path) => (path === SYSTEM ? { status, body } : undefined);
    expect(await (await open()).read()).toEqual({ ok: false, error });
  });

  test('gets no password for another server that it names', async () => {
    members = ['http://example.invalid/redfish/v1/Systems/1'];
    expect(await (await open()).read()).toMatchObject({
      error: 'answered with an address elsewhere, http://example.invalid',
    });
  });

  test('that is away is a fault', async () => {
    const device = await open();
    server?.close();
    expect(await device.read()).toMatchObject({
      error: expect.stringContaining('does not answer'),
    });
  });
});

describe('a management controller with a certificate of its own', () => {
  async function openTls(certificateSha256: string | undefined) {
    const crypto = createCertificates();
    const nowMs = Date.now();
    const authority = await crypto.makeAuthority(nowMs);
    const order = { identity: 'urn:novacron:bmc', nowMs, lifetimeMs: 60_000 };
    const made = await crypto.signOwn(authority, order);
    if (!made.ok) throw new Error(made.error.detail);
    const { certificatePem: cert, keyPem: key } = made.value;
    const port = await listen(createTlsServer({ cert, key }, serve));
    const own = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
    const device = createRedfishDevice({
      address: `https://127.0.0.1:${port}`,
      username: 'root',
      password: 'calvin',
      system: SYSTEM,
      certificateSha256: certificateSha256 === 'own' ? own : certificateSha256,
    });
    return { device, own };
  }

  test('is trusted by its fingerprint', async () => {
    const { device } = await openTls('own');
    expect(await device.read()).toMatchObject({ value: { power: 'on' } });
    expect(await device.powerOff()).toMatchObject({ ok: true });
  });

  test('gets no password where the fingerprint is another one', async () => {
    const { device, own } = await openTls('0'.repeat(64));
    expect(await device.read()).toEqual({
      ok: false,
      error: `does not answer: its certificate has the SHA-256 ${own}`,
    });
    expect(asked).toEqual([]);
  });

  test('gets no password where nothing is pinned', async () => {
    const { device } = await openTls(undefined);
    expect(await device.read()).toMatchObject({ ok: false });
    expect(asked).toEqual([]);
  });
});
