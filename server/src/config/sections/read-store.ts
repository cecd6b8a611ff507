/** The store of the configuration, whose URL may be a secret of its own. */
import { err, ok, type Result } from '@novacron/contract/result';
import type { ReadSecret } from '../read-secret.ts';
import type { ResolvedSettings } from '../resolve-settings.ts';
import type { SettingName } from '../settings-table.ts';
import { StoreSchema } from '../value-schemas.ts';

/**
 * Puts the URL that `store-file` names in the place of `store`. An error names the setting that
 * must be changed, and never what was read.
 */
export function readStore(
  settings: ResolvedSettings,
  readSecret: ReadSecret,
): Result<ResolvedSettings, { readonly name: SettingName; readonly message: string }> {
  const { values, sources } = settings;
  const place = values['store-file'];
  if (place === undefined) return ok(settings);
  if (sources.store.kind !== 'default') {
    return err({ name: 'store-file', message: 'and store both name the store; give one of them' });
  }
  const read = readSecret(place);
  if (!read.ok) return err({ name: 'store-file', message: read.error });
  const parsed = StoreSchema.safeDecode(read.value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return err({ name: 'store-file', message: `has a URL that ${issue?.message}` });
  }
  return ok({
    values: { ...values, store: parsed.data },
    sources: { ...sources, store: sources['store-file'] },
  });
}
