/**
 * Runs the longest suite first, so that no core is idle at the end. Jest remembers the duration of
 * each suite; a fresh checkout uses the figures below, since the size of a file says little.
 */
const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Durations of the longest suites on a machine with two cores. Unit: seconds. */
const DURATIONS_S = {
  'test/scenarios/fleet/recover-vms.test.ts': 149,
  'test/acceptance/provider/ownership.test.ts': 127,
  'server/agent/src/drivers/qemu/guest-life.test.ts': 110,
  'test/scenarios/fleet/fence-nodes.test.ts': 106,
  'test/acceptance/resources/attribute-walk.test.ts': 86,
  'test/scenarios/fleet/second-channel.test.ts': 81,
  'server/agent/src/drivers/qemu/firmware.test.ts': 75,
  'test/scenarios/fleet/incidents.test.ts': 74,
  'server/agent/src/drivers/qemu/heartbeat/open-heartbeats.test.ts': 71,
  'server/agent/src/drivers/qemu/tpm-migration.test.ts': 71,
  'test/simulation/healing/healing.test.ts': 71,
  'test/integration/two-hosts/second-channel.test.ts': 66,
  'test/scenarios/fleet/grow-vms.test.ts': 65,
  'server/agent/src/drivers/qemu/open-qemu-driver.test.ts': 62,
  'test/integration/two-hosts/two-hosts.test.ts': 58,
  'server/agent/src/drivers/qemu/vm-user.test.ts': 57,
  'test/integration/server-process.test.ts': 56,
  'test/scenarios/fleet/vm-health.test.ts': 55,
  'test/integration/two-hosts/node-loss.test.ts': 53,
  'test/scenarios/fleet/cut-off-nodes.test.ts': 51,
  'test/scenarios/fleet/recreate-vms.test.ts': 48,
  'test/integration/networks/several-interfaces.test.ts': 43,
  'test/integration/qemu-server-process.test.ts': 43,
  'server/src/adapters/store/sqlite/sqlite-store.test.ts': 40,
  'test/acceptance/provider/destroy.test.ts': 40,
  'test/integration/fuzz/fuzz-postgres.test.ts': 40,
  'test/integration/sealed-process.test.ts': 40,
  'test/acceptance/examples/examples.test.ts': 38,
  'test/acceptance/examples/pipelines.test.ts': 38,
  'test/acceptance/packages/constructs.test.ts': 37,
  'server/src/adapters/store/sqlite/open-sqlite-store.test.ts': 34,
  'test/docs/tutorials.test.ts': 34,
  'test/scenarios/fleet/restore-vms.test.ts': 34,
  'test/integration/fuzz/fuzz-sqlite.test.ts': 33,
  'test/simulation/mutations.test.ts': 33,
  'test/scenarios/operations/accounting.test.ts': 31,
  'test/simulation/found-by-seeds.test.ts': 31,
  'server/agent/src/drivers/qemu/migration.test.ts': 30,
  'test/scenarios/fleet/healing-waits.test.ts': 30,
  'server/agent/src/drivers/qemu/volume-storages.test.ts': 29,
  'test/scenarios/policy/policy-repair.test.ts': 29,
  'server/agent/src/heartbeat-process.test.ts': 28,
  'test/integration/edge.test.ts': 28,
  'test/scenarios/fleet/healing.test.ts': 28,
  'test/acceptance/resources/wait-for.test.ts': 27,
  'test/scenarios/resources/vm-power.test.ts': 26,
  'server/agent/src/drivers/qemu/guest/seed-disk.test.ts': 24,
  'test/docs/failing-nodes.test.ts': 24,
  'test/docs/find-and-watch.test.ts': 24,
  'test/scenarios/fleet/node-conditions.test.ts': 24,
  'test/scenarios/fleet/shown-to-tenants.test.ts': 24,
  'test/integration/damaged-rows.test.ts': 23,
  'test/scenarios/orchestration/orchestration-actions.test.ts': 23,
  'test/scenarios/fleet/arbiter.test.ts': 22,
  'test/scenarios/fleet/healing-outcomes.test.ts': 22,
  'server/agent/src/drivers/qemu/further-nics.test.ts': 21,
  'test/acceptance/resources/failover-room.test.ts': 21,
  'test/integration/backup-process.test.ts': 21,
  'test/scenarios/fleet/restart-vms.test.ts': 21,
  'test/tidy.test.ts': 21,
  'test/acceptance/drift/drift.test.ts': 20,
  'test/integration/qemu-volume-import.test.ts': 20,
};

/** Assumed duration of every other suite. Unit: ms. */
const DURATION_MS = 1_000;
const MS_PER_S = 1_000;

class LongSuitesFirst extends Sequencer {
  time(test) {
    const seconds = DURATIONS_S[relative(test.context.config.rootDir, test.path)];
    return super.time(test) ?? (seconds === undefined ? DURATION_MS : seconds * MS_PER_S);
  }
}

module.exports = LongSuitesFirst;
