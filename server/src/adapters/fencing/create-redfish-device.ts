/** A fence device that speaks Redfish (DMTF DSP0266, schema ComputerSystem). */
import { createHash } from 'node:crypto';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { TLSSocket } from 'node:tls';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { PowerSwitch } from './power-switch.ts';

/** Controllers are slow, and some answer a reset only when it is done. Unit: ms. */
const REQUEST_MS_MAX = 20_000;
const ANSWER_BYTES_MAX = 1_048_576;

const SYSTEMS = '/redfish/v1/Systems';

/** A Redfish service of the configuration. */
export interface RedfishSettings {
  /** Such as `https://10.0.0.12`. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** Path of the system; undefined: the only one that there is. */
  readonly system: string | undefined;
  /** SHA-256 of its certificate, hexadecimal; undefined: it is verified as any other. */
  readonly certificateSha256: string | undefined;
}

const Link = z.looseObject({ '@odata.id': z.string() });
const Collection = z.looseObject({ Members: z.array(Link) });
const System = z.looseObject({
  PowerState: z.enum(['On', 'Off', 'PoweringOn', 'PoweringOff', 'Paused']),
  UUID: z.string().nullish(),
  Actions: z
    .looseObject({
      '#ComputerSystem.Reset': z.looseObject({
        target: z.string(),
        'ResetType@Redfish.AllowableValues': z.array(z.string()).optional(),
      }),
    })
    .optional(),
});
type System = z.infer<typeof System>;

/** Makes it. */
export function createRedfishDevice(settings: RedfishSettings): PowerSwitch {
  async function find(): Promise<Result<System, string>> {
    const path = settings.system === undefined ? await findOnly(settings) : ok(settings.system);
    if (!path.ok) return path;
    return parseAs(System, await send(settings, 'GET', path.value), 'ComputerSystem');
  }
  return {
    read: async () => {
      const system = await find();
      if (!system.ok) return system;
      const { PowerState, UUID } = system.value;
      const power = PowerState === 'Off' ? 'off' : 'on';
      const reset = findReset(settings, system.value);
      // Of a machine that is off, some controllers offer only to switch it on.
      const obstacle = reset.ok || power === 'off' ? {} : { obstacle: reset.error };
      return ok({ power, uuid: UUID ?? null, ...obstacle });
    },
    powerOff: async () => {
      const system = await find();
      if (!system.ok) return system;
      const reset = findReset(settings, system.value);
      if (!reset.ok) return reset;
      const done = await send(settings, 'POST', reset.value, { ResetType: FORCE_OFF });
      return done.ok ? ok(undefined) : done;
    },
  };
}

const FORCE_OFF = 'ForceOff';

/** @returns the path that the power is forced off with; a reading looks for it as well */
function findReset({ address }: RedfishSettings, system: System): Result<string, string> {
  const reset = system.Actions?.['#ComputerSystem.Reset'];
  const allowed = reset?.['ResetType@Redfish.AllowableValues'] ?? [FORCE_OFF];
  if (reset === undefined || !allowed.includes(FORCE_OFF)) {
    return err('does not offer to force the power off');
  }
  const url = locate(address, reset.target);
  return url.ok ? ok(reset.target) : url;
}

/** A path of an answer must not lead to another server with the password. */
function locate(address: string, path: string): Result<URL, string> {
  if (!URL.canParse(path, address)) return err('answered with a path that is none');
  const url = new URL(path, address);
  if (url.origin === new URL(address).origin) return ok(url);
  return err(`answered with an address elsewhere, ${url.origin}`);
}

async function findOnly(settings: RedfishSettings): Promise<Result<string, string>> {
  const found = parseAs(Collection, await send(settings, 'GET', SYSTEMS), 'the systems');
  if (!found.ok) return found;
  const paths = found.value.Members.map((member) => member['@odata.id']);
  const [only] = paths;
  if (only !== undefined && paths.length === 1) return ok(only);
  return err(`has ${paths.length} systems (${paths.join(', ')}): set \`system\` to one of them`);
}

function parseAs<T extends z.ZodType>(
  schema: T,
  answer: Result<string, string>,
  what: string,
): Result<z.infer<T>, string> {
  if (!answer.ok) return answer;
  try {
    const parsed = schema.safeParse(JSON.parse(answer.value));
    if (parsed.success) return ok(parsed.data);
    return err(
      `answered ${what} not as Redfish does, at ${parsed.error.issues[0]?.path.join('.')}`,
    );
  } catch {
    return err(`answered ${what} without JSON`);
  }
}

/** @returns the body of a successful answer */
function send(
  { address, username, password, certificateSha256: pinned }: RedfishSettings,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<Result<string, string>> {
  const located = locate(address, path);
  if (!located.ok) return Promise.resolve(located);
  const url = located.value;
  const content = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve) => {
    const options = {
      method,
      // A connection of its own each time, whose certificate is looked at.
      agent: false,
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
      headers: {
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'odata-version': '4.0',
        ...(content === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
      },
    };
    const receive = (answer: IncomingMessage): void => void collect(answer).then(resolve);
    const isTls = url.protocol === 'https:';
    const request = isTls
      ? requestTls(url, { ...options, rejectUnauthorized: pinned === undefined }, receive)
      : requestPlain(url, options, receive);
    request.on('error', (cause) => resolve(err(`does not answer: ${cause.message}`)));
    if (!isTls || pinned === undefined) {
      request.end(content);
      return;
    }
    // The password is sent only to the certificate that is expected.
    request.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        const own = socket instanceof TLSSocket ? fingerprintOf(socket) : 'none';
        if (own === pinned) request.end(content);
        else request.destroy(new Error(`its certificate has the SHA-256 ${own}`));
      });
    });
  });
}

/** @returns 64 hexadecimal digits */
function fingerprintOf(socket: TLSSocket): string {
  const { raw } = socket.getPeerCertificate();
  return createHash('sha256').update(raw).digest('hex');
}

async function collect(answer: IncomingMessage): Promise<Result<string, string>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer) {
      size += chunk.length;
      if (size > ANSWER_BYTES_MAX) {
        answer.destroy();
        return err('answers at too great a length');
      }
      chunks.push(chunk);
    }
  } catch (cause) {
    return err(`ended its answer early: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const { statusCode = 0 } = answer;
  if (statusCode === 401 || statusCode === 403) return err('refuses the user or its password');
  if (statusCode < 200 || statusCode >= 300) return err(`answered with the status ${statusCode}`);
  return ok(Buffer.concat(chunks).toString('utf8'));
}
