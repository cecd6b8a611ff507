/** Users who may download exports of snapshots, and the resulting audit entries. */
import { writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { beginRequest, type CallContext } from '@novacron/server/app/kernel/context/call-context';
import { DOWNLOAD_MS } from '@novacron/server/app/resources/snapshot/download-exports';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();
const ADDRESS = '192.0.2.7';

async function makeExport(): Promise<InputOf<'snapshot.export'>['id']> {
  const volume = await bench().expectOk('volume.create', { name: 'data', size_gb: 1 });
  await bench().end(volume.operation);
  const input = { name: 'before', volume_id: volume.resource.id };
  const made = await bench().expectOk('snapshot.create', input);
  await bench().end(made.operation);
  const { operation } = await bench().expectOk('snapshot.export', { id: made.resource.id });
  await bench().end(operation);
  return made.resource.id;
}

function contextOf(changes: Partial<CallContext['principal']> = {}): CallContext {
  return {
    principal: { ...bench().admin, ...changes },
    requestId: bench().application.nextRequestId(),
    client: 'rest',
    clientAddress: ADDRESS,
    deployment: 'default',
    signal: new AbortController().signal,
    request: beginRequest(),
  };
}

function download(snapshotId: string, range?: string, context = contextOf()) {
  return bench().application.admitDownload({ snapshotId, range }, context);
}

async function audited() {
  const { items } = await bench().expectOk('audit.list', {
    operation: ['snapshot.export_downloaded'],
  });
  return items;
}

test('a download is audited once, and its ranges and repetitions are part of it', async () => {
  const id = await makeExport();
  const found = await download(id, 'bytes=0-9');
  if (!found.ok) throw new Error(found.error.detail);
  const entry = {
    principal: bench().admin.name,
    client_address: ADDRESS,
    outcome: 'done',
    resource_id: id,
    resource_name: 'before',
    changes: {
      sha256: { is: found.value.sha256 },
      bytes: { is: found.value.bytes },
      range: { is: 'bytes=0-9' },
    },
  };
  expect(await audited()).toMatchObject([entry]);
  const parts = ['bytes=10-19', 'bytes=20-29', undefined].map((range) => download(id, range));
  expect((await Promise.all(parts)).every(({ ok }) => ok)).toBe(true);
  expect(await audited()).toHaveLength(1);
  // Another caller, and the same one later.
  await download(id, undefined, contextOf({ id: 'key_other', name: 'other' }));
  expect(await audited()).toMatchObject([{ principal: 'other' }, entry]);
  await bench().advance(DOWNLOAD_MS);
  await download(id);
  expect(await audited()).toHaveLength(3);
});

test('requests side by side are one download', async () => {
  const id = await makeExport();
  const both = await Promise.all([download(id, 'bytes=0-9'), download(id, 'bytes=10-')]);
  expect(both.map(({ ok }) => ok)).toEqual([true, true]);
  expect(await audited()).toHaveLength(1);
});

test('refused requests are audited, and say nothing of the exports of other tenants', async () => {
  const id = await makeExport();
  const viewer = await download(id, undefined, contextOf({ id: 'key_viewer', role: 'viewer' }));
  expect(viewer).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  expect(await audited()).toMatchObject([{ outcome: 'forbidden', resource_id: id, changes: {} }]);
  const foreign = contextOf({ id: 'key_foreign', tenantId: 'tnt_other' as never });
  const missing = await download('snap_01jd3v6t7re3h8z9k2m4n5p6q7');
  expect(await download(id, undefined, foreign)).toEqual(missing);
  expect(missing).toMatchObject({ ok: false, error: { code: 'not-found' } });
  expect((await audited()).map(({ outcome }) => outcome)).toEqual(['not-found', 'forbidden']);
});

test('policies decide each download, also of an export that was made before them', async () => {
  const id = await makeExport();
  await bench().expectOk('policy.create', {
    name: 'Nothing leaves',
    type: 'resource',
    rule:
      'package novacron\n\n' +
      'deny contains "nothing leaves this site" if input.action == "export_snapshot"\n',
  });
  const refused = await download(id);
  expect(refused).toMatchObject({ ok: false, error: { code: 'policy-denied' } });
  const { items } = await bench().expectOk('audit.list', { operation: ['snapshot.export'] });
  expect(items[0]).toMatchObject({ outcome: 'policy-denied', resource_id: id });
  expect(await audited()).toEqual([]);
});

test('a damaged export is refused and removed, and exporting again mends it', async () => {
  const id = await makeExport();
  const intact = await download(id);
  if (!intact.ok) throw new Error(intact.error.detail);
  const { path, sha256, bytes } = intact.value;
  writeFileSync(path, Buffer.alloc(bytes, 'x'));
  await bench().advance(DOWNLOAD_MS);
  // Two side by side read the file once, and both are refused.
  const refused = await Promise.all([download(id), download(id, 'bytes=10-')]);
  for (const each of refused) {
    expect(each).toMatchObject({
      ok: false,
      error: {
        code: 'not-found',
        detail:
          'The export of the snapshot before was damaged on the server after it was complete, ' +
          'and was removed.',
        remedy: 'Export it again: novacron snapshot export before --file FILE',
      },
    });
  }
  expect((await bench().expectOk('snapshot.exports', {})).exports).toEqual([]);
  const { operation } = await bench().expectOk('snapshot.export', { id });
  await bench().end(operation);
  expect(await download(id)).toMatchObject({ ok: true, value: { sha256, bytes } });
});
