/** Answers what the nodes of a migration ask each other. */
import type { MigrationAnswer, MigrationQuery } from '@novacron/contract/agent/migration';
import type { Driver } from '../drivers/driver.ts';

/** Describes the local machine to the other node of a migration. */
export async function answerMigration(
  driver: Driver,
  { migration, vm_id }: MigrationQuery,
): Promise<MigrationAnswer> {
  const nothing = { kind: 'none', message: `The hypervisor ${driver.name} says nothing.` } as const;
  if (migration === 'offer') {
    const offer = await driver.offerMachine?.(vm_id);
    if (offer === undefined) return nothing;
    return offer.ok
      ? { kind: 'offer', offer: offer.value }
      : { kind: 'none', message: offer.error.message };
  }
  const target = await driver.findTarget?.(vm_id);
  if (target === undefined) return nothing;
  return target.ok
    ? { kind: 'target', target: target.value }
    : { kind: 'none', message: target.error.message };
}
