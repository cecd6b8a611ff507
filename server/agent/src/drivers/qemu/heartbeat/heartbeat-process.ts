/**
 * The process that writes the heartbeat of a node into the shared storage. It outlives its agent,
 * as the machines do: as long as it moves, the host is alive. What the storage does to it, such as
 * a write that hangs, does nothing to the agent. It ends when the agent has started another one.
 * Usage: node heartbeat-process.js RECORD, where RECORD is the file of a {@link HeartbeatOrder}.
 */
import { readHeartbeatOrder } from './heartbeat-order.ts';
import { writeHeartbeats } from './write-heartbeats.ts';

const [, , file = '', token = ''] = process.argv;
const order = readHeartbeatOrder(file);
if (order?.token === token) {
  writeHeartbeats(file, order, { onEnd: () => process.exit(0) });
}
