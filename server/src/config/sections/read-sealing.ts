/** Location of the keys that seal the store. */
import { join } from 'node:path';
import { err, ok, type Result } from '@novacron/contract/result';
import { isInVault, type ReadSecret } from '../read-secret.ts';
import type { ResolvedSettings } from '../resolve-settings.ts';
import type { SettingName } from '../settings-table.ts';

/** In the data directory, where nothing else is said. */
const OWN_KEY_FILE = 'sealing.key';

/** The keys themselves with the setting that has them, or their file. */
export type SealingConfig =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly setting: 'sealing-key' | 'sealing-key-file';
    }
  | {
      readonly kind: 'file';
      readonly path: string;
      /** `own`: the server generates it for a new store; `given`: the operator provides it. */
      readonly origin: 'own' | 'given';
    };

/** Reads the sealing settings; an error names the setting that must be changed. */
export function readSealing(
  { values, sources }: ResolvedSettings,
  readSecret: ReadSecret,
): Result<SealingConfig, { readonly name: SettingName; readonly message: string }> {
  const { 'sealing-key': text, 'sealing-key-file': path } = values;
  if (text !== undefined && path !== undefined) {
    const message = 'and sealing-key-file both say the sealing key; give one of them';
    return err({ name: 'sealing-key', message });
  }
  if (text !== undefined && sources['sealing-key'].kind === 'flag') {
    const message =
      'would be seen in the list of processes; set NOVACRON_SEALING_KEY, or sealing-key-file';
    return err({ name: 'sealing-key', message });
  }
  if (text !== undefined) return ok({ kind: 'text', text, setting: 'sealing-key' });
  if (path !== undefined && isInVault(path)) {
    const name = 'sealing-key-file';
    const read = readSecret(path);
    if (!read.ok) return err({ name, message: read.error });
    return ok({ kind: 'text', text: read.value, setting: name });
  }
  if (path !== undefined) return ok({ kind: 'file', path, origin: 'given' });
  return ok({ kind: 'file', path: join(values['data-dir'], OWN_KEY_FILE), origin: 'own' });
}
