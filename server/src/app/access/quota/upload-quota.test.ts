/** Upload quota of a tenant, counted from the files. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ok } from '@novacron/contract/result';
import { createImageStore } from '../../../adapters/images/open-image-store.ts';
import type { ImageStore } from '../../../ports/image-store.ts';
import type { Store } from '../../../ports/store.ts';
import type { TenantQuotaRow } from '../../../ports/tables/tenant-rows.ts';
import { newQuotaRow } from './tenant-quota.ts';
import { type AdmitUpload, createUploadQuota } from './upload-quota.ts';

const MIB = 1_048_576;
const [A, B] = ['tnt_a', 'tnt_b'] as const;

let directory: string;
let images: ImageStore;
let rows: Map<string, TenantQuotaRow>;
let admit: AdmitUpload;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-quota-'));
  images = createImageStore({ directory, bytesMax: 100 * MIB, headers: 'trusted' });
  rows = new Map([A, B].map((id) => [id, { ...newQuotaRow(id, {}), image_mib_max: 4 }]));
  admit = createUploadQuota({ store: quotaStore(), images });
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A store of quotas alone. */
function quotaStore(): Store {
  const store: Pick<Store, 'read' | 'commit'> = {
    read: async ({ where }) => {
      const row = rows.get(String(Object(where).id));
      return (row === undefined ? [] : [row]) as never;
    },
    commit: async ([change]) => {
      const { id, set } = Object(change);
      rows.set(id, { ...rows.get(id), ...set });
      return ok(undefined);
    },
  };
  return store as Store;
}

const nameOf = (content: Buffer): string =>
  `${createHash('sha256').update(content).digest('hex')}.raw`;

interface Sent {
  readonly tenantId?: string;
  readonly bytes?: number;
}

/** Sends an image, or its beginning, as the transport does. */
async function send(content: Buffer, { tenantId = A, bytes = content.byteLength }: Sent = {}) {
  const upload = { file: nameOf(content), tenantId, total: content.byteLength };
  const admitted = await admit(upload);
  if (!admitted.ok) return admitted.error;
  const offset = (await images.progressOf(upload.file, tenantId)).received;
  await images.append({
    ...upload,
    offset,
    content: (async function* () {
      yield content.subarray(offset, offset + bytes);
    })(),
  });
  await admitted.value();
  return 'taken';
}

const image = (mib: number, text: string): Buffer => Buffer.alloc(mib * MIB, text);

test('an upload counts with its whole size from its first part on, for its tenant', async () => {
  expect(await send(image(3, 'a'), { bytes: 10 })).toBe('taken');
  expect([rows.get(A)?.image_mib_used, rows.get(B)?.image_mib_used]).toEqual([3, 0]);
  expect(await send(image(2, 'b'))).toMatchObject({
    code: 'quota-exceeded',
    detail:
      'The upload exceeds the image quota of the tenant: 0 of 0 GB are used, and the image ' +
      'has 0 GB.',
    data: { exceeded: [{ quota: 'image_gb', used: 3 / 1_024, asked: 2 / 1_024 }] },
  });
  // What goes on was admitted, and an image that is there counts once.
  expect(await send(image(3, 'a'))).toBe('taken');
  expect(await send(image(3, 'a'))).toBe('taken');
  expect(await send(image(1, 'c'))).toBe('taken');
  expect(rows.get(A)?.image_mib_used).toBe(4);
  expect(await send(image(2, 'b'), { tenantId: B })).toBe('taken');
  // Equal content is stored once, and counts for each who has sent it.
  expect(await send(image(3, 'a'), { tenantId: B })).toMatchObject({ code: 'quota-exceeded' });
});

test('says in GB what is used and allowed, and how to get room', async () => {
  const set = { image_mib_max: 2_048 };
  rows.set(A, { ...newQuotaRow(A, {}), ...set });
  const refused = await admit({ file: nameOf(image(1, 'x')), tenantId: A, total: 3_000 * MIB });
  expect(refused).toMatchObject({
    ok: false,
    error: {
      detail:
        'The upload exceeds the image quota of the tenant: 0 of 2 GB are used, and the image ' +
        'has 2.93 GB.',
      remedy: expect.stringMatching(/^Delete templates .* --quotas image_gb=3$/s),
    },
  });
});

test('uploads that begin side by side share what is left', async () => {
  const [one, other] = [image(3, 'a'), image(2, 'b')];
  const admitted = await admit({ file: nameOf(one), tenantId: A, total: one.byteLength });
  expect(await send(other)).toMatchObject({ code: 'quota-exceeded' });
  if (!admitted.ok) throw new Error(admitted.error.detail);
  // It was refused for another reason.
  await admitted.value();
  expect(await send(other)).toBe('taken');
});

test('what is removed or was damaged is free again', async () => {
  await send(image(3, 'a'));
  images.removeUnused(nameOf(image(3, 'a')), Number.POSITIVE_INFINITY);
  expect(await send(image(4, 'b'))).toBe('taken');
  expect(rows.get(A)?.image_mib_used).toBe(4);
});
