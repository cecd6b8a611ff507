/** Keys of encrypted contents in a QEMU that runs: it needs them for as long as it has the disk. */
import type { ContentId } from '@novacron/contract/agent/content-key';
import { type ContentKey, keyObject } from '../files/content-keys.ts';
import { type QmpClient, QmpError } from '../qmp/open-qmp-client.ts';

/** Gives it a key, in place of what an interrupted action left; nothing without one. */
export async function passKey(monitor: QmpClient, given: ContentKey | undefined): Promise<void> {
  if (given === undefined) return;
  const { id, key } = given;
  await dropKey(monitor, id);
  await monitor.execute('object-add', { 'qom-type': 'secret', id: keyObject(id), data: key });
}

/** Has it forget the key of a content; nothing where it has none. */
export async function dropKey(monitor: QmpClient, id: ContentId): Promise<void> {
  try {
    await monitor.execute('object-del', { id: keyObject(id) });
  } catch (cause) {
    if (!(cause instanceof QmpError && cause.failure === 'refused')) throw cause;
  }
}
