import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../../test/support/src/wait-until.ts';
import { createSampleIds } from '../../../test-kit/samples.ts';
import { readGuestAddresses } from '../guest/ask-guest-agent.ts';
import { talkToGuest } from '../guest/talk-to-guest.ts';
import {
  type ScriptedGuestAgent,
  startScriptedGuestAgent,
} from '../test-kit/scripted-guest-agent.ts';
import { type GuestWatch, type GuestWatchParts, watchGuests } from './watch-guests.ts';

const vmId = createSampleIds()('vm');

describe('what guests report', () => {
  let directory: string;
  let path: string;
  let agent: ScriptedGuestAgent;
  let watch: GuestWatch;
  let process: ReturnType<GuestWatchParts['machines']['processOf']>;
  let changed: unknown[];
  let timers: { readonly delayMs: number; readonly callback: () => void }[];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-watch-'));
    path = join(directory, 'agent.sock');
    agent = await startScriptedGuestAgent(path);
    process = { pid: 7, start_time: '1', boot_id: 'boot' };
    changed = [];
    timers = [];
    const record = { vm_id: vmId, phase: 'here' };
    // Only what a watch looks at matters here.
    const parts = {
      places: { files: () => ({ guestAgentSocket: path }) },
      machines: { list: () => [record], find: () => record, processOf: () => process },
      timers: {
        after: (delayMs: number, callback: () => void) => {
          const pending = { delayMs, callback };
          timers.push(pending);
          return () => timers.splice(timers.indexOf(pending), 1);
        },
      },
      onChange: (id: unknown) => changed.push(id),
    } as unknown as GuestWatchParts;
    watch = watchGuests(parts);
  });
  afterEach(async () => {
    await agent.close();
    rmSync(directory, { recursive: true });
  });

  /** Looks until the guest has been seen with these addresses. */
  async function lookFor(expected: readonly string[]): Promise<void> {
    await waitUntil('the addresses to be seen', async () => {
      watch.look();
      return watch.addressesOf(vmId)?.join() === expected.join() ? true : undefined;
    });
  }
  /** Ends when everything that was asked before has been answered. */
  const settle = () => talkToGuest(path, readGuestAddresses).catch(() => undefined);

  test('is not known before they answer, and then is what they said last', async () => {
    expect(watch.addressesOf(vmId)).toBeUndefined();
    agent.addresses = ['127.0.0.1', '10.0.0.7', 'fe80::7'];
    await lookFor(['10.0.0.7']);
    expect(changed).toEqual([vmId]);
    agent.addresses = ['10.0.0.8', '10.0.0.7'];
    await lookFor(['10.0.0.7', '10.0.0.8']);
    expect(changed).toEqual([vmId, vmId]);
    agent.addresses = undefined;
    watch.look();
    await settle();
    expect(watch.addressesOf(vmId)).toEqual(['10.0.0.7', '10.0.0.8']);
    expect(changed).toEqual([vmId, vmId]);
  });

  /** Lets the time pass until the next look at guests that boot. */
  async function passTime(): Promise<void> {
    await settle();
    for (const { callback } of timers.splice(0)) callback();
  }

  test('is known soon after a guest has booted, without a measurement', async () => {
    watch.awaitBoot(vmId);
    await passTime();
    agent.addresses = [];
    await passTime();
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([2_000]);
    agent.addresses = ['10.0.0.7'];
    await waitUntil('the addresses to be seen', async () => {
      await passTime();
      return watch.addressesOf(vmId)?.includes('10.0.0.7') ? true : undefined;
    });
    await passTime();
    expect(timers).toEqual([]);
    expect(changed).toEqual([vmId]);
  });

  test('is asked for ten minutes, while its process runs and the watch is open', async () => {
    watch.awaitBoot(vmId);
    for (let look = 0; look < 300; look += 1) {
      expect(timers).toHaveLength(1);
      for (const { callback } of timers.splice(0)) callback();
    }
    expect(timers).toEqual([]);
    watch.awaitBoot(vmId);
    process = { pid: 8, start_time: '2', boot_id: 'boot' };
    for (const { callback } of timers.splice(0)) callback();
    expect(timers).toEqual([]);
    watch.awaitBoot(vmId);
    watch.awaitBoot(vmId);
    expect(timers).toHaveLength(1);
    watch.close();
    expect(timers).toEqual([]);
  });

  test('is forgotten with the process of their machine', async () => {
    agent.addresses = ['10.0.0.7'];
    await lookFor(['10.0.0.7']);
    process = { pid: 8, start_time: '2', boot_id: 'boot' };
    expect(watch.addressesOf(vmId)).toBeUndefined();
    await lookFor(['10.0.0.7']);
    process = undefined;
    expect(watch.addressesOf(vmId)).toBeUndefined();
  });

  test('is asked for in one conversation at a time', async () => {
    agent.addresses = ['10.0.0.7'];
    const asked = Array.from({ length: 5 }, () => talkToGuest(path, readGuestAddresses));
    watch.look();
    watch.look();
    expect(await Promise.all(asked)).toEqual(asked.map(() => ['10.0.0.7']));
    await lookFor(['10.0.0.7']);
    await settle();
    expect(agent.conversationsMax()).toBe(1);
  });
});
