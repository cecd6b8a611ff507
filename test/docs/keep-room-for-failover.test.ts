/** Follows docs/how-to/keep-room-for-failover.md against a server with the fleet of the page. */
import { jest } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Follow, followPage } from './follow-page.ts';

jest.setTimeout(120_000);

/** Shows the VM until it has the standby that NovaCron chooses within 10 seconds. */
const followOnceReserved: Follow = (reader, step) =>
  step.command.startsWith('novacron vm show')
    ? waitUntil(
        step.command,
        async () => {
          const outcome = await reader.follow(step);
          return outcome.output.includes('standby_node') ? outcome : undefined;
        },
        { timeoutMs: 30_000 },
      )
    : reader.follow(step);

followPage('docs/how-to/keep-room-for-failover.md', 'data-failover', followOnceReserved);
