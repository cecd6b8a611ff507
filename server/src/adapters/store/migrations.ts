/** All migrations, oldest first. README.md says what one may do. */
import type { Migration } from './migration.ts';
import { first } from './migrations/0001-first.ts';
import { leases } from './migrations/0002-leases.ts';
import { security } from './migrations/0004-security.ts';
import { snapshots } from './migrations/0005-snapshots.ts';
import { tenants } from './migrations/0006-tenants.ts';
import { enrollments } from './migrations/0007-enrollments.ts';
import { sealing } from './migrations/0008-sealing.ts';
import { previews } from './migrations/0009-previews.ts';
import { rules } from './migrations/0010-rules.ts';
import { reservations } from './migrations/0012-reservations.ts';
import { fleetSnapshots } from './migrations/0013-fleet-snapshots.ts';
import { vmArguments } from './migrations/0014-vm-arguments.ts';
import { securityGroups } from './migrations/0015-security-groups.ts';
import { enrollmentKeys } from './migrations/0017-enrollment-keys.ts';
import { vmGroups } from './migrations/0018-vm-groups.ts';
import { policyVersions } from './migrations/0019-policy-versions.ts';
import { nodePower } from './migrations/0021-node-power.ts';
import { driftCauses } from './migrations/0022-drift-causes.ts';
import { driftRecords } from './migrations/0023-drift-records.ts';
import { policyDecisions } from './migrations/0025-policy-decisions.ts';
import { policyViolations } from './migrations/0026-policy-violations.ts';
import { tenantTemplates } from './migrations/0028-tenant-templates.ts';
import { orchestration } from './migrations/0030-orchestration.ts';
import { orchestrationActions } from './migrations/0031-orchestration-actions.ts';
import { scalingEvents } from './migrations/0032-scaling-events.ts';
import { policySigning } from './migrations/0036-policy-signing.ts';
import { operationLog } from './migrations/0037-operation-log.ts';
import { spotVms } from './migrations/0038-spot-vms.ts';
import { listIndexes } from './migrations/0039-list-indexes.ts';

/** Every migration of this release, in the order in which they run. */
export const MIGRATIONS: readonly Migration[] = [
  ...[first, leases, security],
  ...[snapshots, tenants, enrollments, sealing],
  ...[previews, rules, reservations, fleetSnapshots, vmArguments],
  ...[securityGroups, enrollmentKeys, vmGroups, policyVersions, nodePower],
  ...[driftCauses, driftRecords, policyDecisions, policyViolations],
  ...[tenantTemplates, orchestration, orchestrationActions, scalingEvents, policySigning],
  ...[operationLog, spotVms, listIndexes],
];
