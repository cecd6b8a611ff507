/**
 * Announces where a guest is now, so that bridges, tunnels and switches send its frames there: QEMU
 * sends reverse ARP for each of its interfaces (RFC 903), and a guest whose driver can is asked to
 * announce its addresses. A guest that only listens sends nothing by itself.
 */
import type { QmpClient } from '../qmp/open-qmp-client.ts';

/** Five frames in a good second, of which a busy network may lose some. Unit of times: ms. */
const ROUNDS = { initial: 50, max: 550, rounds: 5, step: 100 };

/** Lets the guest of a process run that has just been started; it may have run elsewhere before. */
export async function runAnnounced(monitor: QmpClient, signal: AbortSignal): Promise<void> {
  await monitor.execute('cont', {}, { signal });
  await announceGuest(monitor);
}

/**
 * Announces the guest of a process that runs it; it goes on in QEMU after this. What is not
 * announced is found later, with the first frame that the guest sends.
 */
export async function announceGuest(monitor: QmpClient): Promise<void> {
  await monitor.execute('announce-self', ROUNDS).catch(() => undefined);
}
