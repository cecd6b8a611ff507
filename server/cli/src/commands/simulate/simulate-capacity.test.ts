/** Questions that cannot be answered; docs/placement.md has those that can. */
import { expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';

const files = {
  nodes: 'name,zone,cpu_cores,memory_gb\na,z1,8,32\nb,z2,8,32\n',
  vms: 'name,cpu_cores,memory_gb,count\nv,6,8,3\n',
  bad: 'name,cpu_cores,memory_gb\nv,x,8\n',
};

test.each([
  [
    'failure --nodes nodes --vms vms',
    'specify what fails: --fail-zone, --fail-rack or --fail-node',
  ],
  ['failure --nodes nodes --vms vms --fail-zone z3', 'no node of nodes is in zone z3'],
  ['failure --nodes nodes --vms vms --fail-rack z1/r9', 'no node of nodes is in rack z1/r9'],
  ['failure --nodes nodes --vms vms --fail-node c', 'no node of nodes is in node c'],
  ['capacity --nodes - --vms - --cpu-cores 1', 'only one of --nodes and --vms can be standard'],
  ['capacity --nodes nodes --cpu-cores -1', 'Must be a number of 0 or more.'],
  [
    'capacity --nodes nowhere --cpu-cores 1',
    'cannot read the nodes from nowhere: it does not exist',
  ],
])('%s is wrong usage', async (words, message) => {
  const { exitCode, stderr } = await runInProcess(['simulate', ...words.split(' ')], { files });
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) });
});

test.each([
  ['capacity --nodes bad --cpu-cores 1', 'bad, row 2, column cpu_cores: must be a number.'],
  ['capacity --nodes nodes --vms bad --cpu-cores 1', 'bad, row 2, column cpu_cores: must be a'],
  ['capacity --nodes nodes', 'cpu_cores is 0 like everything else: it asks for nothing.'],
])('%s: the error says what is not valid', async (words, message) => {
  const { exitCode, stderr } = await runInProcess(['simulate', ...words.split(' ')], { files });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(message) });
});

test('a whole zone and a node may die together', async () => {
  const words = 'failure --nodes nodes --vms vms --fail-zone z1 --fail-node b --output json';
  const { stdout } = await runInProcess(['simulate', ...words.split(' ')], { files });
  expect(JSON.parse(stdout)).toMatchObject({
    placed: 2,
    rejected: 1,
    nodesFailed: 2,
    vmsAffected: 2,
    vmsRestarted: 0,
    vmsStranded: 2,
  });
});
