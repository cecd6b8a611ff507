/** Content of the files, and errors for bad files. */
import { describe, expect, test } from '@jest/globals';
import { parseCsv } from '../../io/parse-csv.ts';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';

const NODES = 'name,cpu_cores,memory_gb\nn1,8,32\n';
const VMS = 'name,cpu_cores,memory_gb\nv1,4,8\n';

function simulate(
  files: { readonly nodes?: string; readonly vms?: string },
  { flags = [], world = {} }: { readonly flags?: readonly string[]; readonly world?: TestWorld },
) {
  const argv = ['simulate', 'placement', '--nodes', 'nodes', '--vms', 'vms', ...flags];
  return runInProcess(argv, { ...world, files: { nodes: NODES, vms: VMS, ...files } });
}

async function placedOf(nodes: string, vms: string, flags: readonly string[] = []) {
  const run = await simulate({ nodes, vms }, { flags: [...flags, '--output', 'json'] });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

describe('files', () => {
  test.each([
    [
      'CSV with quotes and a mark at its beginning',
      `\uFEFF"name","cpu_cores",memory_gb\r\n"a,""1""",4,8\r\n`,
    ],
    ['a JSON list', '[{ "name": "a", "cpu_cores": 4, "memory_gb": 8 }]'],
    ['a JSON object', '{ "vms": [{ "name": "a", "cpu_cores": 4, "memory_gb": 8 }] }'],
    ['YAML', 'vms:\n  - name: 1\n    cpu_cores: 4\n    memory_gb: 8\n'],
  ])('may be %s', async (_format, vms) => {
    expect((await placedOf(NODES, vms)).utilisation).toEqual({
      cpu: 0.5,
      memory: 0.25,
      devices: 0,
    });
  });

  test('may have the columns of the openb traces', async () => {
    const nodes =
      'sn,cpu_milli,memory_mib,gpu,model\nopenb-1,8000,4096,2,G2\nopenb-2,8000,4096,0,\n';
    const vms =
      'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,creation_time,deletion_time\n' +
      'p1,1500,1024,1,500,G1|G2,LS,5,10\n' +
      'p2,1500,1024,2,1000,G2,LS,10,\n' +
      'p3,1500,1024,1,500,G1,LS,0,20\n';
    expect(await placedOf(nodes, vms)).toMatchObject({
      placed: 2,
      rejectedByReason: { device: 1 },
      nodesUsed: 1,
      utilisation: { cpu: 0.09375, devices: 1 },
    });
  });

  test('may ask for labels, zones and distance', async () => {
    const nodes =
      'name,zone,labels,cpu_cores,memory_gb,count\nssd,a,disk=ssd|tier=1,8,32,1\nhdd,b,,8,32,2\n';
    const vms =
      'name,cpu_cores,memory_gb,count,group,apart,zones,node_labels\n' +
      'apart,1,1,4,g,node,,\nzoned,1,1,1,,,c,\nlabelled,1,1,1,,,a|b,disk=ssd\n';
    expect((await placedOf(nodes, vms)).rejectedByReason).toEqual({ 'anti-affinity': 1, zone: 1 });
  });

  test('may be empty fleets', async () => {
    expect(await placedOf('nodes: []', VMS)).toMatchObject({
      rejectedByReason: { 'no-nodes': 1 },
      nodesUsed: 0,
    });
    expect(await placedOf(NODES, '[]')).toMatchObject({ placed: 0, decisionsPerSecond: 0 });
  });
});

describe('a demand', () => {
  test('is reached by drawing again, the same for the same seed', async () => {
    const of = (seed: string) =>
      placedOf(NODES, VMS.replace('v1,4', 'v1,3'), ['--demand', '2', '--seed', seed]);
    const one = await of('1');
    expect(one).toMatchObject({ placed: 2, rejected: 4, rejectedByReason: { cpu: 4 } });
    expect(await of('1')).toEqual(one);
  });

  test('lets no VM depart', async () => {
    const vms =
      'name,cpu_cores,memory_gb,arrives_at,departs_at\nv1,4,8,1,2\nv2,4,8,3,4\nv3,4,8,5,6\n';
    expect((await placedOf(NODES, vms)).placed).toBe(3);
    expect((await placedOf(NODES, vms, ['--demand', '1.5'])).placed).toBe(2);
  });
});

test('progress is a line now and then, in place on a terminal, nothing when quiet', async () => {
  const vms = VMS.replace('v1,4', 'v1,1')
    .replace('memory_gb', 'memory_gb,count')
    .replace(',8\n', ',1,4\n');
  const stderrOf = async (world: TestWorld, flags: readonly string[] = []) =>
    (await simulate({ vms }, { flags, world })).stderr;
  expect(await stderrOf({ tickMs: 1000 })).toBe(
    'placing VMs: 2 of 4 (50 %)\nplacing VMs: 4 of 4 (100 %)\n',
  );
  expect(await stderrOf({ tickMs: 50, terminal: 'stderr' })).toBe(
    '\r\u001b[Kplacing VMs: 1 of 4 (25 %)\r\u001b[Kplacing VMs: 3 of 4 (75 %)\r\u001b[K',
  );
  expect(await stderrOf({ tickMs: 1000 }, ['-q'])).toBe('');
});

describe('what is wrong is reported with its place', () => {
  const row = (cells: string, columns = 'name,cpu_cores,memory_gb') => `${columns}\n${cells}\n`;
  test.each([
    ['nodes', row('n1,two,8'), 'nodes, row 2, column cpu_cores: must be a number.'],
    ['nodes', row('n1,-1,8'), 'nodes, row 2, column cpu_cores: must be 0 or more.'],
    ['nodes', row('n1,NaN,8'), 'nodes, row 2, column cpu_cores: must be a number.'],
    ['nodes', row('n1,1,8\n\nn1,1,8'), 'nodes, row 4, column name: is a duplicate: n1.'],
    ['nodes', row('n1,,8'), 'nodes, row 2, column cpu_cores: is missing.'],
    ['nodes', row('n1,1,8,9'), 'nodes has 4 cells in row 2, but 3 columns.'],
    ['nodes', row('n1,1,8,up', 'name,cpu_cores,memory_gb,status'), 'column status: Invalid option'],
    ['nodes', row('n1,1,8,1.5', 'name,cpu_cores,memory_gb,gpus'), 'gpus: must be an integer.'],
    ['nodes', row('n1,1,8,a', 'name,cpu_cores,memory_gb,labels'), 'must have the form name=value.'],
    [
      'nodes',
      row('n1,1,8,x', 'name,cpu_cores,memory_gb,color'),
      'color: is not a column of the format.',
    ],
    [
      'nodes',
      row('n1,1,8,100001', 'name,cpu_cores,memory_gb,count'),
      'makes more than 100000 nodes.',
    ],
    [
      'nodes',
      'sn,cpu_milli,memory_mib,gpu,model\nn,1,1,0,\nn,1,1,0,\n',
      'row 3, column sn: is a duplicate: n.',
    ],
    ['nodes', '', 'nodes has no list of nodes.'],
    ['nodes', '{ "nodes": [', 'nodes is neither JSON nor YAML: '],
    ['nodes', 'nodes: [a', 'nodes is neither JSON nor YAML: '],
    ['nodes', 'vms: []', 'nodes has no list of nodes.'],
    [
      'vms',
      '- { name: v, cpu_cores: a, memory_gb: b }',
      'item 1, column cpu_cores: must be a number (2',
    ],
    ['vms', row('v,1,8,node', 'name,cpu_cores,memory_gb,apart'), 'apart: requires group'],
    ['vms', row('v,1,8,room', 'name,cpu_cores,memory_gb,apart'), 'must be node, rack or zone.'],
    [
      'vms',
      row('v,1,8,2,0.5', 'name,cpu_cores,memory_gb,gpus,gpu_share'),
      'they are allocated whole.',
    ],
    [
      'vms',
      row('v,1,8,1,2', 'name,cpu_cores,memory_gb,gpus,gpu_share'),
      'must be from 0.001 to 1.',
    ],
    [
      'vms',
      row('v,1,8,2,1', 'name,cpu_cores,memory_gb,arrives_at,departs_at'),
      'is before arrives_at.',
    ],
    ['vms', row('v,1,8\nv,1,8'), 'vms, row 3, column name: is a duplicate: v.'],
    ['vms', row('v,0,0'), 'cpu_cores is 0 like everything else: it asks for nothing.'],
    ['vms', '- { name: v, cpu_cores: 1, memory_gb: 1, zones: 1 }', 'column zones: must be a list.'],
    ['vms', '- { name: "", cpu_cores: 1, memory_gb: 1 }', 'column name: must not be empty.'],
    [
      'vms',
      row('v,1,8,1000000\nw,1,8,1', 'name,cpu_cores,memory_gb,count'),
      'more than 1000000 VMs.',
    ],
    [
      'vms',
      'name,cpu_milli,memory_mib,num_gpu,gpu_milli\np,1,1,1,0\n',
      'gpu_milli: must be from 1 to',
    ],
    [
      'vms',
      'name,cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time\np,1,1,0,0,2,1\n',
      'deletion_time: is before creation_time.',
    ],
  ])('%s %j', async (file, text, message) => {
    const { exitCode, stdout, stderr } = await simulate({ [file]: text }, {});
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('what to do: ');
  });

  test.each([
    [['--vms', 'nowhere'], 'cannot read the VMs from nowhere: it does not exist'],
    [['--nodes', '-', '--vms', '-'], 'only one of --nodes and --vms can be standard input'],
    [['--demand', '0'], 'Must be more than 0 and at most 100.'],
    [['--seed', '-1'], 'Must be an integer of 0 or more.'],
    [['--strategy', 'worst-fit'], 'Allowed choices are balanced, best-fit, cost, failover, fgd,'],
  ])('%j is wrong usage', async (flags, message) => {
    const { exitCode, stderr } = await simulate({}, { flags });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

test('a table keeps the lines of cells with line feeds, and cells of unfinished quotes', () => {
  expect(parseCsv('a,b\n"1\n2",3\nx"y,"z\n')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1\n2', '3'] },
    { line: 4, cells: ['x"y', '"z'] },
  ]);
});
