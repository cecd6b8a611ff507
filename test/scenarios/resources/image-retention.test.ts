/** Uploaded images: how long they stay, and what they are needed for. */
import { createHash } from 'node:crypto';
import { readdirSync, renameSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { createDeps } from '@novacron/server/app/composition/deps';
import { RETENTION_MS } from '@novacron/server/app/platform/retention/create-retention';
import {
  IMAGE_RETENTION_MS,
  UNFINISHED_MS,
} from '@novacron/server/app/platform/retention/forget-images';
import { recountUsage } from '@novacron/server/app/platform/usage-counts/count-usage';
import type { ImageStore } from '@novacron/server/ports/image-store';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const BYTES_PER_GB = 1_073_741_824;
const MIB_PER_GB = 1_024;

let images: ImageStore;
let directory: string;

beforeEach(async () => {
  const found = bench().deps.images;
  if (found === undefined) throw new Error('the bench has no images');
  images = found;
  directory = dirname(found.pathOf(await upload('the first')) ?? '');
});

/** Uploads a text, or its beginning. @returns the name of its image */
async function upload(text: string, part = text): Promise<string> {
  const file = `${createHash('sha256').update(text).digest('hex')}.raw`;
  const content = (async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(part);
  })();
  const { tenantId } = bench().admin;
  const sent = { file, tenantId, offset: 0, total: text.length, content };
  expect(await images.append(sent)).toMatchObject({ ok: true });
  return file;
}

/** Says when all files were last changed, by the clock of the server. */
function age(byMs: number): void {
  const seconds = (bench().deps.clock.nowMs() - byMs) / 1_000;
  for (const name of readdirSync(directory)) {
    utimesSync(join(directory, name), seconds, seconds);
  }
}

function present(...files: readonly string[]): readonly boolean[] {
  return files.map((file) => images.pathOf(file) !== undefined);
}

/** Lets the jobs run once. */
async function retain(): Promise<void> {
  await bench().skip(RETENTION_MS);
}

test('an image that nothing refers to is removed a week after its last use', async () => {
  const file = await upload('unused');
  age(IMAGE_RETENTION_MS - 2 * RETENTION_MS);
  await retain();
  expect(present(file)).toEqual([true]);
  age(IMAGE_RETENTION_MS);
  await retain();
  expect(present(file)).toEqual([false]);
  expect(readdirSync(directory)).toEqual([]);
});

test('images of templates stay, also those of earlier versions', async () => {
  const [old, now] = [await upload('old'), await upload('now')];
  const made = await bench().expectOk('template.create', { name: 'web', image: `uploaded:${old}` });
  const { id } = made.resource;
  await bench().expectOk('template.update', { id, image: `uploaded:${now}` });
  age(IMAGE_RETENTION_MS);
  await retain();
  expect(present(old, now)).toEqual([true, true]);
  await bench().expectOk('template.delete', { id });
  age(IMAGE_RETENTION_MS);
  await retain();
  expect(present(old, now)).toEqual([false, false]);
});

test('an image stays whose drivers a VM has', async () => {
  const file = (await upload('drivers')).replace('.raw', '.iso');
  for (const name of readdirSync(directory).filter((each) => each.startsWith(file.slice(0, -4)))) {
    renameSync(join(directory, name), join(directory, name.replace('.raw', '.iso')));
  }
  const vm = await makeVm(bench(), { guest_os: 'windows', drivers_image: `uploaded:${file}` });
  age(IMAGE_RETENTION_MS);
  await retain();
  expect(present(file)).toEqual([true]);
  const { operation } = await bench().expectOk('vm.update', { id: vm.id, drivers_image: null });
  await bench().end(operation);
  age(IMAGE_RETENTION_MS);
  await retain();
  expect(present(file)).toEqual([false]);
});

test('an image stays that a template was about to be made of', async () => {
  const file = await upload('late');
  age(IMAGE_RETENTION_MS);
  // The write was prepared, and its commit follows the look of the job.
  const { store } = bench().deps;
  const isFull = problem('storage-full', { detail: 'It is full.', remedy: 'Make room.' });
  const input = { name: 'late', image: `uploaded:${file}` };
  const commit = store.commit;
  Object.assign(store, { commit: async () => ({ ok: false, error: isFull }) });
  await bench().expectProblem('template.create', input);
  Object.assign(store, { commit });
  await retain();
  expect(present(file)).toEqual([true]);
});

test('an image stays that an operation under way refers to', async () => {
  const file = await upload('worked on');
  const volume = await bench().expectOk('volume.create', { name: 'data', size_gb: 1 });
  await bench().end(volume.operation);
  const [row] = await bench().store.read({
    from: 'operations',
    where: { id: volume.operation.id },
  });
  if (row === undefined) throw new Error('the operation is missing');
  const source = { image: `uploaded:${file}` };
  const definition_json = JSON.stringify({ ...JSON.parse(row.definition_json), source });
  const setStatus = async (status: 'stuck' | 'failed') => {
    const set = { status, definition_json };
    const otherwise = problem('conflict', { detail: 'It is gone.', remedy: 'Try again.' });
    const change = { kind: 'update', table: 'operations', id: row.id, set, otherwise } as const;
    expect((await bench().store.commit([change])).ok).toBe(true);
    age(IMAGE_RETENTION_MS);
    await retain();
  };
  await setStatus('stuck');
  expect(present(file)).toEqual([true]);
  await setStatus('failed');
  expect(present(file)).toEqual([false]);
});

test('an upload without progress is removed after a day', async () => {
  const file = await upload('unfinished', 'unfin');
  const { tenantId } = bench().admin;
  age(UNFINISHED_MS - 2 * RETENTION_MS);
  await retain();
  expect((await images.progressOf(file, tenantId)).received).toBe(5);
  age(UNFINISHED_MS);
  await retain();
  expect((await images.progressOf(file, tenantId)).received).toBe(0);
});

test('uploads count for the quota of their tenant, after a recount and a removal', async () => {
  const { tenantId } = bench().admin;
  const used = async () => (await bench().expectOk('tenant.get', { id: tenantId })).usage.image_gb;
  await bench().expectOk('tenant.update', { id: tenantId, quotas: { image_gb: 1 } });
  const total = 2 * BYTES_PER_GB;
  const refused = await bench().application.admitUpload({ file: 'x.raw', tenantId, total });
  expect(refused).toMatchObject({ ok: false, error: { code: 'quota-exceeded' } });
  // As a file that was put there without an upload, which has counted nothing.
  const file = await upload('counted');
  expect(await used()).toBe(0);
  await recountUsage(createDeps(bench().deps));
  // Together they are less than one MiB, and MiB are counted.
  expect(await used()).toBe(1 / MIB_PER_GB);
  age(IMAGE_RETENTION_MS);
  await retain();
  expect([present(file), await used()]).toEqual([[false], 0]);
});
