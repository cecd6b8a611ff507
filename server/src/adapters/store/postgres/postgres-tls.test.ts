/** TLS to PostgreSQL: the certificate and its name are checked unless the URL says otherwise. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { certificateIn } from '../../../../../test/support/services/certificate-files.ts';
import { makeCertificate } from '../../../../../test/support/services/make-certificate.ts';
import { runSql } from '../../../../../test/support/services/start-postgres.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import { commitAll, tenantRow } from '../suite/rows.ts';
import { openPostgresStore } from './open-postgres-store.ts';
import { openAt, usePostgres } from './test-kit/use-postgres.ts';

const postgres = usePostgres({ certificate: makeCertificate });

const COUNT_TLS = `select count(*)::int as encrypted from pg_stat_ssl join pg_stat_activity
  using (pid) where ssl and application_name = 'novacron'`;

it('encrypts reads and writes to a server whose certificate it trusts', async () => {
  const ca = certificateIn(postgres.server().directory);
  const { url, close } = await postgres.openStore();
  await close();
  const store = await openAt({ url: `${url}?sslmode=verify-full&sslrootcert=${ca}` });
  await commitAll(store, [{ kind: 'put', into: 'tenants', row: tenantRow('a') }]);
  expect(await store.read({ from: 'tenants' })).toEqual([tenantRow('a')]);
  expect(await runSql(url, COUNT_TLS)).toEqual([{ encrypted: 2 }]);
  await store.close();
});

it('refuses a server whose certificate it does not trust, in every mode of TLS', async () => {
  const url = postgres.server().urlOf('template_store');
  for (const mode of ['prefer', 'require', 'verify-ca', 'verify-full']) {
    expect(await openPostgresStore({ url: `${url}?sslmode=${mode}` })).toMatchObject({
      ok: false,
      error: {
        detail: expect.stringContaining('the TLS connection failed'),
        remedy: expect.stringContaining('sslrootcert=FILE'),
        data: { reason: 'tls-failed' },
      },
    });
  }
});

it('reads its files again for each connection, and as they were when they are away', async () => {
  const { directory } = postgres.server();
  const file = join(directory, 'renewed.crt');
  copyFileSync(certificateIn(directory), file);
  const { url, close } = await postgres.openStore();
  await close();
  const store = await openAt({ url: `${url}?sslmode=verify-full&sslrootcert=${file}` });
  rmSync(file);
  expect(await store.read({ from: 'tenants' })).toEqual([]);
  writeFileSync(file, 'an authority that signed nothing');
  const hangUp = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'novacron'`;
  await runSql(url, hangUp);
  await expect(store.read({ from: 'tenants' })).rejects.toThrow();
  copyFileSync(certificateIn(directory), file);
  await waitUntil('the store to answer', () => store.read({ from: 'tenants' }));
  await store.close();
});

it('refuses a server whose certificate has another name', async () => {
  const ca = certificateIn(postgres.server().directory);
  const url = postgres.server().urlOf('template_store').replace('127.0.0.1', 'localhost');
  const opened = await openPostgresStore({ url: `${url}?sslmode=verify-full&sslrootcert=${ca}` });
  expect(opened).toMatchObject({ ok: false, error: { data: { reason: 'tls-failed' } } });
});

it('takes any certificate with sslmode=no-verify, which says so', async () => {
  const { url, close } = await postgres.openStore();
  await close();
  await (await openAt({ url: `${url}?sslmode=no-verify` })).close();
});

describe('a server of TLS 1.2', () => {
  const old = usePostgres({
    certificate: makeCertificate,
    settings: { ssl_max_protocol_version: 'TLSv1.2' },
  });

  it('is refused unless that version is configured', async () => {
    const ca = certificateIn(old.server().directory);
    const { url, close } = await old.openStore();
    await close();
    const options = { url: `${url}?sslmode=verify-full&sslrootcert=${ca}` };
    expect(await openPostgresStore(options)).toMatchObject({
      ok: false,
      error: { data: { reason: 'tls-failed' } },
    });
    await (await openAt({ ...options, tlsMinVersion: 'TLSv1.2' })).close();
  });
});

it('reports which file of the URL cannot be read', async () => {
  const url = postgres.server().urlOf('template_store');
  const opened = await openPostgresStore({ url: `${url}?sslmode=verify-full&sslrootcert=/none` });
  expect(opened).toMatchObject({
    ok: false,
    error: {
      detail: expect.stringContaining("no such file or directory, open '/none'"),
      data: { reason: 'file-unreadable' },
    },
  });
});
