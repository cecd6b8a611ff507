import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';

interface AgentIoOfTest {
  readonly stdout: { readonly write: (text: string) => void };
  readonly parseDocument: (text: string) => unknown;
}

describe('novacron agent', () => {
  test.each([
    [
      ['agent', '--node', 'n', '--help'],
      ['--node', 'n', '--help'],
    ],
    [
      ['--output', 'json', 'agent', '--output', 'x'],
      ['--output', 'x'],
    ],
    [['help', 'agent'], ['--help']],
    [
      ['agent', 'doctor', '--json'],
      ['doctor', '--json'],
    ],
    [
      ['help', 'agent', 'doctor'],
      ['doctor', '--help'],
    ],
  ])('%j hands over to the agent, and ends with its exit code', async (argv, expected) => {
    let given: readonly string[] = [];
    const runAgent = async (words: readonly string[], _env: unknown, io: AgentIoOfTest) => {
      given = words;
      io.stdout.write(JSON.stringify(io.parseDocument('nodes: [a]')));
      return 7;
    };
    const modules = { '@novacron/agent/main': { runAgent } };
    const { exitCode, stdout } = await runInProcess(argv, { modules });
    expect([exitCode, given, stdout]).toEqual([7, expected, '{"nodes":["a"]}']);
  });

  test('says how to get an agent where none is installed', async () => {
    const { exitCode, stderr } = await runInProcess(['agent']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('@novacron/agent is not installed here.');
  });

  test('is in the help', async () => {
    const { stdout } = await runInProcess(['--help', '--all']);
    expect(stdout).toMatch(/^ {2}agent .*Start the agent of a node/m);
  });
});
