/** Reads the openb traces (Alibaba, 2023): nodes with GPUs, and pods that ask for shares. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const MILLI = 1000;

/** The nodes, empty. @param {string} directory - holds `openb_node_list_gpu_node.csv` */
export function readOpenbNodes(directory) {
  return readRows(join(directory, 'openb_node_list_gpu_node.csv')).map((row) => ({
    id: row.sn,
    name: row.sn,
    zone: 'zone',
    rack: 'rack',
    status: 'ready',
    vmCount: 0,
    capacity: amountsOf(row),
    used: { cpuCores: 0, memoryMib: 0, diskGb: 0 },
    devices: [
      { kind: 'gpu', model: row.model, freeMilli: Array.from({ length: +row.gpu }, () => MILLI) },
    ],
  }));
}

/** Reads the requests of a trace. @param {string} trace - `default`, `multigpu20`, ... */
export function readOpenbAsks(directory, trace) {
  return readRows(join(directory, `openb_pod_list_${trace}.csv`)).map((row) => ({
    name: row.name,
    labels: {},
    ...amountsOf(row),
    ...(row.creation_time ? { arrivesAt: +row.creation_time } : {}),
    ...(row.deletion_time ? { departsAt: +row.deletion_time } : {}),
    ...(+row.num_gpu === 0 ? {} : { devices: [deviceOf(row)] }),
  }));
}

/** Several GPUs are taken whole. */
function deviceOf({ num_gpu: count, gpu_milli: milli, gpu_spec: models }) {
  return {
    kind: 'gpu',
    count: +count,
    milli: +count > 1 ? MILLI : +milli,
    ...(models ? { models: models.split('|') } : {}),
  };
}

function amountsOf({ cpu_milli: cpuMilli, memory_mib: memoryMib }) {
  return { cpuCores: cpuMilli / MILLI, memoryMib: +memoryMib, diskGb: 0 };
}

function readRows(path) {
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}
