import { describe, expect, test } from '@jest/globals';
import { TerraformStack, TerraformVariable, Testing, Token } from 'cdktf';
import { Duration } from './duration.ts';
import { Size } from './size.ts';

describe('a size', () => {
  test.each([
    [Size.mebibytes(512), 0.5],
    [Size.gibibytes(8), 8],
    [Size.tebibytes(2), 2048],
  ])('%s is as large as it says', (size, gib) => {
    expect(size.toGibibytes()).toBe(gib);
    expect(String(size)).toBe(`${gib} GiB`);
  });

  test('cannot be negative', () => {
    expect(() => Size.gibibytes(-1)).toThrow('A size cannot be -1. Use a number of 0 or more.');
  });

  test('that Terraform knows only when it runs passes in gibibytes, and in nothing else', () => {
    const stack = new TerraformStack(Testing.app(), 'shop');
    const token = new TerraformVariable(stack, 'size', { type: 'number' }).numberValue;
    expect(Token.isUnresolved(Size.gibibytes(token).toGibibytes())).toBe(true);
    expect(() => Size.mebibytes(token)).toThrow(/Size\.mebibytes\(\) cannot convert.*gibibytes/);
    expect(() => Size.tebibytes(token)).toThrow(/Size\.tebibytes\(\) cannot convert.*gibibytes/);
  });
});

describe('a duration', () => {
  test.each([
    [Duration.seconds(90), '90s'],
    [Duration.minutes(5), '300s'],
    [Duration.hours(1), '3600s'],
    [Duration.seconds(0.25), '250ms'],
  ])('%s is written for the provider', (duration, text) => {
    expect(String(duration)).toBe(text);
  });

  test('cannot be negative', () => {
    expect(() => Duration.minutes(-1)).toThrow('A duration cannot be -60 s');
  });
});
