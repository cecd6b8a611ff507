/** Prints for people: headings, commands, what came out of them. Colours only on a terminal. */
import { stripVTControlCharacters } from 'node:util';

const BOLD = 1;
const DIM = 2;
const RED = 31;
const GREEN = 32;
const CYAN = 36;

/** Whether colours may be printed; https://no-color.org says how to refuse them. */
export const hasColors = process.stdout.isTTY === true && !process.env.NO_COLOR;

function paint(code, text) {
  return hasColors ? `\u001b[${code}m${text}\u001b[0m` : text;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

export function printHeading(number, text) {
  print(`\n${paint(BOLD, `${number}. ${text}`)}`);
}

export function printCommand(words) {
  print(`   ${paint(CYAN, `$ ${words}`)}`);
}

/** Prints output of a program, set off from our own words. */
export function printOutput(lines) {
  for (const line of lines) print(`${paint(DIM, '   |')} ${line}`.trimEnd());
}

export function printPassed(text) {
  print(`   ${paint(GREEN, 'ok')} ${text}`);
}

export function printFailed(text) {
  print(`   ${paint(RED, 'FAILED')} ${text}`);
}

export function printText(text) {
  print(text);
}

/** The text without colours, frames and line breaks, to look for sentences in it. */
export function toPlainText(output) {
  return stripVTControlCharacters(output).replaceAll(/[│╷╵]/g, ' ').replaceAll(/\s+/g, ' ');
}
