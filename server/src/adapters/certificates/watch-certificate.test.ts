/** Certificates that are replaced while a listener uses them, as files and as links. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { silentLogger } from '@novacron/runtime/logger';
import { systemTimers } from '@novacron/runtime/timers';
import { certificateIn, keyIn } from '../../../../test/support/services/certificate-files.ts';
import { makeCertificate } from '../../../../test/support/services/make-certificate.ts';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';
import { NO_TELEMETRY, type Telemetry } from '../../ports/telemetry.ts';
import { watchCertificate } from './watch-certificate.ts';

const DAY_MS = 86_400_000;

let folder: string;
let end: (() => void) | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-certificate-'));
});

afterEach(() => {
  end?.();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes a certificate in a directory of its own. @returns the directory */
function issue(name: string): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  makeCertificate(directory, { host: 'IP:127.0.0.1', identity: undefined });
  return directory;
}

/** Watches the files in a directory, and notes what comes of it. */
function watchIn(directory: string, nowMs = Date.now()) {
  const files = { cert: certificateIn(directory), key: keyIn(directory) };
  const renewed: string[] = [];
  const errors: string[] = [];
  const expiries: number[] = [];
  const telemetry: Telemetry = {
    ...NO_TELEMETRY,
    set: (_name, series) => expiries.push(...series.map(({ value }) => value)),
  };
  end = watchCertificate({
    tls: { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8'), files },
    renew: ({ cert }) => {
      const detail = 'The TLS certificate or its key cannot be used: it is broken';
      if (!cert.startsWith('-----BEGIN')) return err(problem('internal', { detail, remedy: '' }));
      renewed.push(cert);
      return ok(undefined);
    },
    clock: { nowMs: () => nowMs },
    timers: systemTimers,
    logger: {
      ...silentLogger,
      error: (fields, text) => errors.push(`${text} ${JSON.stringify(fields)}`),
    },
    telemetry,
  });
  return { files, renewed, errors, expiries };
}

test('new files are used, and the metric says by when', async () => {
  const [old, next] = [issue('old'), issue('next')];
  const { files, renewed, expiries } = watchIn(old);
  const cert = readFileSync(certificateIn(next), 'utf8');
  renameSync(certificateIn(next), files.cert);
  renameSync(keyIn(next), files.key);
  await waitUntil('the new certificate', () => renewed.at(-1) === cert || undefined);
  expect(renewed).toEqual([cert]);
  expect(expiries).toHaveLength(2);
  expect(expiries[1]).toBeGreaterThan(Date.now() / 1_000);
});

test('links are followed when Kubernetes swaps the directory behind them', async () => {
  const mount = join(folder, 'mount');
  mkdirSync(mount);
  symlinkSync(issue('first'), join(mount, '..data'));
  symlinkSync('..data/server.crt', certificateIn(mount));
  symlinkSync('..data/server.key', keyIn(mount));
  const { renewed } = watchIn(mount);
  for (const name of ['second', 'third']) {
    const next = issue(name);
    symlinkSync(next, join(mount, '..data_tmp'));
    renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
    const cert = readFileSync(certificateIn(next), 'utf8');
    await waitUntil(`the ${name} certificate`, () => renewed.at(-1) === cert || undefined);
  }
});

test('a file that cannot be used changes nothing and is logged once', async () => {
  const { files, renewed, errors } = watchIn(issue('old'));
  const cert = readFileSync(files.cert, 'utf8');
  writeFileSync(files.cert, 'broken');
  await waitUntil('the error', () => errors.length > 0 || undefined);
  expect(errors).toEqual([
    expect.stringMatching(/^the new TLS certificate is not used: the former one .*is broken/),
  ]);
  expect(renewed).toEqual([]);
  writeFileSync(files.cert, `${cert}\n`);
  await waitUntil('the mended certificate', () => renewed.length > 0 || undefined);
});

test('one that has expired is said at once, and since when', () => {
  const { errors } = watchIn(issue('old'), Date.now() + 3 * DAY_MS);
  expect(errors).toEqual([
    expect.stringMatching(/^the TLS certificate has expired: clients .*"expired":"\w{3} .* GMT"/),
  ]);
});
