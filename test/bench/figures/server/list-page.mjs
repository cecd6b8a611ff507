/** Cost of the last page of a list in a big table, against the same page of a small one. */
import { startServer } from '../../../demo/server.mjs';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { seedVms } from '../../seed-vms.mjs';

const VMS = 10_000;
const PEER_VMS = 200;
const PAGE = 100;
const REPETITIONS = 9;
const PAGES_PER_REPETITION = 100;

export const figure = {
  name: 'list-page',
  summary: `the last page of ${VMS} VMs, against the last page of ${PEER_VMS}`,
  measure: async ({ shared, env, progress }) => {
    const open = async (vms) => {
      const { dataDir, args } = await seedVms({ shared, vms, env, progress });
      const server = await startServer({ dataDir, env, args });
      const cursor = await lastCursor(server);
      return { server, readPages: () => readPages(server, cursor) };
    };
    const ours = await open(VMS);
    const peer = await open(PEER_VMS);
    for (const each of [ours, peer]) await each.readPages();
    const times = await interleave({
      repetitions: REPETITIONS,
      ours: ours.readPages,
      peer: peer.readPages,
      progress,
    });
    for (const { server } of [ours, peer]) await server.stop();
    return { ...ratioLine(times, { peer: `${PEER_VMS} VMs`, goal: 1.25 }), page: PAGE };
  },
};

/** The time of many pages; one is too short to be measured. */
async function readPages(server, cursor) {
  const startedAtMs = performance.now();
  for (let page = 0; page < PAGES_PER_REPETITION; page += 1) {
    const { items } = await readPage(server, cursor);
    if (items.length !== PAGE) throw new Error(`the page has ${items.length} items`);
  }
  return performance.now() - startedAtMs;
}

async function lastCursor(server) {
  let last = null;
  for (let page = await readPage(server, null); page.next_cursor !== null; ) {
    last = page.next_cursor;
    page = await readPage(server, last);
  }
  return last;
}

async function readPage({ url, apiKey }, cursor) {
  const headers = { authorization: `Bearer ${apiKey}` };
  const from = cursor === null ? '' : `&cursor=${cursor}`;
  return (await fetch(`${url}/api/v2/vms?limit=${PAGE}${from}`, { headers })).json();
}
