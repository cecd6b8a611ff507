/** The help of every command fits a screen. */
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { tableCommands } from './arguments/command-table.ts';
import { createProgram } from './program.ts';
import { runInProcess } from './test-kit/run-in-process.ts';

/** A terminal. Units: lines, columns. */
const SCREEN = { lines: 50, columns: 100 };

describe('the help', () => {
  test('of every command has at most a screen of lines, none of them too wide', () => {
    const written: string[] = [];
    const program = wholeProgram((text) => written.push(text));
    const tooLong = commandsOf(program).filter((command) => {
      written.length = 0;
      command.outputHelp();
      const text = written.join('').trimEnd();
      // Examples stand as they are typed.
      const [explained = ''] = text.split('\nExample');
      const isWide = explained.split('\n').some((line) => line.length > SCREEN.columns);
      return isWide || text.split('\n').length > SCREEN.lines;
    });
    expect(tooLong.map(pathOf)).toEqual([]);
  });

  test('names the flags without a line, and explains all of them with --all', async () => {
    const { stdout: short } = await runInProcess(['vm', 'create', '--help']);
    expect(short).toContain('More flags: ');
    expect(short).toContain('--all behind --help explains all flags and commands.');
    const { stdout: whole } = await runInProcess(['vm', 'create', '--help', '--all']);
    const named = /^More flags: ([^:]*)\nFlags of all/m.exec(short)?.[1]?.split(/,\s+/) ?? [];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((flag) => !whole.includes(`${flag} `))).toEqual([]);
  });

  test('begins with the flags that must be given', async () => {
    const { stdout } = await runInProcess(['group', 'create', '--help']);
    expect(stdout).toMatch(
      /^Required:\n {2}--vm .*\n {2}--min-size .*\n {2}--max-size .*\n\nOptions:/m,
    );
  });

  test('of the program names every command', async () => {
    const { stdout } = await runInProcess(['--help']);
    const names = wholeProgram(() => {}).commands.map((command) => command.name());
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(stdout))).toEqual([]);
  });
});

/** All commands with their flags. None of them is run: help needs no actions. */
function wholeProgram(write: (text: string) => void): Command {
  const stream = { isTerminal: false, write };
  const words = tableCommands().flatMap(({ group, verb }) => [...(group ?? verb).split(' '), '-']);
  const io = { version: '0.1.0', stdout: stream, stderr: stream };
  return createProgram(Object({}), Object({ io, words }));
}

function commandsOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
