/** Cancellation of a migration, with the commands that a monitor is sent. */
import { expect, test } from '@jest/globals';
import { cancelMigration } from './cancel-migration.ts';

/** A monitor that notes its commands. */
function noteCommands(pauses: boolean) {
  const sent: string[] = [];
  const execute = async (command: string) => {
    sent.push(command);
    const state = { capability: 'pause-before-switchover', state: pauses };
    return command === 'query-migrate-capabilities' ? [state] : {};
  };
  return { sent, monitor: { execute } };
}

const PREPARED = ['query-migrate-capabilities', 'migrate-set-parameters'];

test('a migration is cancelled when it waits for its switch, and not while it sends', async () => {
  const { sent, monitor } = noteCommands(true);
  const cancel = cancelMigration(monitor);
  for (const status of ['setup', 'active', 'active']) await cancel({ status });
  expect(sent).toEqual(PREPARED);
  await cancel({ status: 'pre-switchover' });
  await cancel({ status: 'cancelling' });
  expect(sent).toEqual([...PREPARED, 'migrate_cancel']);
});

test('a migration that does not come to its switch is cancelled at the 50th poll', async () => {
  const { sent, monitor } = noteCommands(true);
  const cancel = cancelMigration(monitor);
  for (let poll = 1; poll < 50; poll += 1) await cancel({ status: 'active' });
  expect(sent).toEqual(PREPARED);
  await cancel({ status: 'active' });
  expect(sent.at(-1)).toBe('migrate_cancel');
});

test('a migration that does not pause for its switch is cancelled at once', async () => {
  const { sent, monitor } = noteCommands(false);
  await cancelMigration(monitor)({ status: 'active' });
  expect(sent.at(-1)).toBe('migrate_cancel');
});

test('a migration that has ended is left alone', async () => {
  const { sent, monitor } = noteCommands(true);
  await cancelMigration(monitor)({ status: 'completed' });
  expect(sent).toEqual([]);
});
