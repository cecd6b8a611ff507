/** The operations that a `custom` action can name: those that change one resource. */
import type { OperationName } from '@novacron/contract/operations';
import { PREPARE_RESOURCES } from '../../composition/prepare-resources.ts';
import type { Prepare } from '../../kernel/admission/admit-write.ts';
import { prepareVmMigrate } from '../vm/migrate/prepare-vm-migrate.ts';
import { prepareVmStart, prepareVmStop } from '../vm/power/prepare-vm-power.ts';

/** What decides an operation. */
interface CustomOperation {
  readonly name: OperationName;
  readonly prepare: Prepare<never>;
}

/** Groups are left to `scale`: their members are started with them, by the server that admits. */
const PREPARES = {
  ...Object.fromEntries(
    Object.entries(PREPARE_RESOURCES).filter(([name]) => !name.startsWith('vm_group.')),
  ),
  'vm.start': prepareVmStart,
  'vm.stop': prepareVmStop,
  'vm.migrate': prepareVmMigrate,
};

/** By name. */
export const CUSTOM_OPERATIONS: ReadonlyMap<string, CustomOperation> = new Map(
  Object.entries(PREPARES).map(([name, prepare]) => [
    name,
    // Both tables have the names of operations as their keys.
    { name: name as OperationName, prepare: prepare as Prepare<never> },
  ]),
);
