/** The progress of a migration, as QEMU reports it. */
import { z } from 'zod';
import type { QmpClient } from '../qmp/open-qmp-client.ts';

const MigrationInfo = z.looseObject({
  status: z.string().optional(),
  'error-desc': z.string().optional(),
  ram: z.looseObject({ remaining: z.number(), total: z.number() }).optional(),
  'socket-address': z
    .array(z.looseObject({ host: z.string().optional(), port: z.string().optional() }))
    .optional(),
});
/** Migration status from QEMU. */
export type MigrationInfo = z.infer<typeof MigrationInfo>;

/** Asks a process for its migration, at either side. */
export async function readProgress(monitor: QmpClient): Promise<MigrationInfo> {
  return MigrationInfo.parse(await monitor.execute('query-migrate'));
}

const UNDER_WAY = new Set([
  'setup',
  'active',
  'pre-switchover',
  'device',
  'wait-unplug',
  'cancelling',
]);

/** Whether a migration has begun and not ended. */
export function isUnderWay({ status = '' }: MigrationInfo): boolean {
  return UNDER_WAY.has(status);
}

const CAPABILITIES = [
  'events',
  'return-path',
  'late-block-activate',
  'auto-converge',
  'pause-before-switchover',
] as const;
type Capability = (typeof CAPABILITIES)[number];

/** Switches capabilities on, and all others that the driver uses off. */
export async function setCapabilities(
  monitor: QmpClient,
  names: readonly Capability[],
): Promise<void> {
  const capabilities = CAPABILITIES.map((capability) => ({
    capability,
    state: names.includes(capability),
  }));
  await monitor.execute('migrate-set-capabilities', { capabilities });
}
