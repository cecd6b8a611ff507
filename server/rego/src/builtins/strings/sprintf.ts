// Formatting with the verbs, flags and error texts of Go's fmt package.

import { isNumber, numberText, type RegoValue } from '../../values/rego-value.ts';
import { exceed } from '../host/host-builtin.ts';
import { regoText } from './value-text.ts';

type Operand =
  | { readonly kind: 'int' | 'big'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string };

type Spec = {
  readonly flags: ReadonlySet<string>;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly verb: string;
};

const SPEC = /%([+\-# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:\[(\d+)\])?(.)?/gsu;
/** A width or precision may be this large. */
const WIDTH_MAX = 10_000;
const INT64_MAX = 9223372036854775807n;
const TYPE_NAMES = { int: 'int', big: '*big.Int', float: 'float64', string: 'string' } as const;

/** Formats values as Go's `fmt.Sprintf` does. */
export function sprintf(format: string, values: readonly RegoValue[]): string {
  const operands = values.map(toOperand);
  let next = 0;
  let isReordered = false;
  const star = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    if (text !== '*') return limit(Number(text));
    const operand = operands[next];
    next += 1;
    return operand?.kind === 'int' ? limit(Number(operand.value)) : undefined;
  };
  const result = format.replace(SPEC, (whole, flags, width, precision, index, verb) => {
    if (verb === undefined) return '%!(NOVERB)';
    if (verb === '%') return '%';
    const wide = star(width);
    const precise = whole.includes('.') ? (star(precision) ?? 0) : undefined;
    if (index !== undefined) {
      next = Number(index) - 1;
      isReordered = true;
    }
    const operand = operands[next];
    if (!operand) return index === undefined ? `%!${verb}(MISSING)` : `%!${verb}(BADINDEX)`;
    next += 1;
    const minus = wide !== undefined && wide < 0 ? '-' : '';
    return formatOperand(operand, {
      flags: new Set(flags + minus),
      width: wide === undefined ? undefined : Math.abs(wide),
      precision: precise,
      verb,
    });
  });
  if (isReordered || next >= operands.length) return result;
  const extra = operands.slice(next).map((each) => `${TYPE_NAMES[each.kind]}=${plain(each)}`);
  return `${result}%!(EXTRA ${extra.join(', ')})`;
}

function limit(value: number): number {
  return Math.abs(value) > WIDTH_MAX ? exceed(`a width is above ${WIDTH_MAX}`) : value;
}

function toOperand(value: RegoValue): Operand {
  if (typeof value === 'string') return { kind: 'string', value };
  if (!isNumber(value)) return { kind: 'string', value: regoText(value) };
  const text = numberText(value);
  if (!/^-?\d+$/.test(text)) {
    const float = Number(text);
    const fits = Number.isFinite(float);
    return fits ? { kind: 'float', value: float } : { kind: 'string', value: text };
  }
  const integer = BigInt(text);
  const isInt = integer <= INT64_MAX && integer >= -INT64_MAX - 1n;
  return { kind: isInt ? 'int' : 'big', value: integer };
}

function plain(operand: Operand): string {
  return operand.kind === 'float' ? formatGeneral(operand.value, 21) : String(operand.value);
}

function formatOperand(operand: Operand, spec: Spec): string {
  const text = render(operand, spec);
  if (text !== undefined) return text;
  return `%!${spec.verb}(${TYPE_NAMES[operand.kind]}=${plain(operand)})`;
}

function render(operand: Operand, spec: Spec): string | undefined {
  switch (operand.kind) {
    case 'string':
      return renderString(operand.value, spec);
    case 'float':
      return renderFloat(operand.value, spec);
    default:
      return renderInteger(operand.value, spec, operand.kind);
  }
}

function pad(text: string, { flags, width = 0 }: Spec): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  return flags.has('-') ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}

// Pads a number, with zeros after its sign if the flag asks for them.
function padNumber(sign: string, digits: string, spec: Spec): string {
  const { flags, width = 0 } = spec;
  const useZeros = flags.has('0') && !flags.has('-');
  const missing = useZeros ? width - sign.length - digits.length : 0;
  return pad(sign + '0'.repeat(Math.max(0, missing)) + digits, spec);
}

function signOf(isNegative: boolean, { flags }: Spec): string {
  if (isNegative) return '-';
  return flags.has('+') ? '+' : flags.has(' ') ? ' ' : '';
}

function renderString(value: string, spec: Spec): string | undefined {
  const { precision } = spec;
  const text = precision === undefined ? value : [...value].slice(0, precision).join('');
  switch (spec.verb) {
    case 's':
    case 'v':
      return pad(spec.verb === 'v' && spec.flags.has('#') ? JSON.stringify(text) : text, spec);
    case 'q':
      return pad(JSON.stringify(text), spec);
    case 'x':
    case 'X': {
      const hex = Buffer.from(text, 'utf8').toString('hex');
      return pad(spec.verb === 'X' ? hex.toUpperCase() : hex, spec);
    }
    case 'T':
      return pad('string', spec);
    default:
      return undefined;
  }
}

const BASES: Readonly<Record<string, readonly [number, string]>> = {
  b: [2, '0b'],
  d: [10, ''],
  o: [8, '0'],
  O: [8, ''],
  s: [10, ''],
  v: [10, ''],
  x: [16, '0x'],
  X: [16, '0X'],
};

function renderInteger(value: bigint, spec: Spec, kind: 'int' | 'big'): string | undefined {
  const { verb, precision } = spec;
  if (verb === 'T') return pad(TYPE_NAMES[kind], spec);
  if (kind === 'int' && ['c', 'q', 'U'].includes(verb)) return renderRune(value, spec);
  const base = BASES[verb];
  if (!base || (verb === 's' && kind === 'int')) return undefined;
  const magnitude = (value < 0n ? -value : value).toString(base[0]);
  const digits = verb === 'X' ? magnitude.toUpperCase() : magnitude;
  const prefix = verb === 'O' ? '0o' : spec.flags.has('#') ? base[1] : '';
  const sign = signOf(value < 0n, spec) + prefix;
  if (precision === undefined) return padNumber(sign, digits, spec);
  return pad(sign + digits.padStart(precision, '0'), spec);
}

function renderRune(value: bigint, spec: Spec): string {
  const isRune = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  if (spec.verb === 'U') return pad(`U+${value.toString(16).toUpperCase().padStart(4, '0')}`, spec);
  const letter = isRune ? String.fromCodePoint(Number(value)) : '\ufffd';
  return pad(spec.verb === 'q' ? `'${letter}'` : letter, spec);
}

function renderFloat(value: number, spec: Spec): string | undefined {
  const { verb, precision } = spec;
  if (verb === 'T') return pad('float64', spec);
  const magnitude = Math.abs(value);
  const digits = floatDigits(magnitude, verb, precision);
  if (digits === undefined) return undefined;
  return padNumber(signOf(value < 0 || Object.is(value, -0), spec), digits, spec);
}

function floatDigits(
  value: number,
  verb: string,
  precision: number | undefined,
): string | undefined {
  if (!Number.isFinite(value)) return '+Inf';
  switch (verb) {
    case 'f':
    case 'F':
      return fixed(value, precision ?? 6);
    case 'e':
    case 'E': {
      const text = exponential(value, precision ?? 6);
      return verb === 'E' ? text.toUpperCase() : text;
    }
    case 'v':
      return precision === undefined ? formatGeneral(value, 21) : rounded(value, precision);
    case 'g':
      return precision === undefined ? formatGeneral(value, 21) : rounded(value, precision);
    case 'G':
      return formatGeneral(value, 21).toUpperCase();
    default:
      return undefined;
  }
}

function fixed(value: number, precision: number): string {
  if (value < 1e21) return value.toFixed(Math.min(precision, 100));
  return `${BigInt(value)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;
}

// JavaScript writes e+5 where Go writes e+05.
function exponential(value: number, precision: number | undefined): string {
  const text = value.toExponential(precision === undefined ? undefined : Math.min(precision, 100));
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function rounded(value: number, precision: number): string {
  const digits = Math.max(1, precision);
  return formatGeneral(Number(value.toPrecision(Math.min(digits, 100))), digits);
}

// "%g": the shortest digits, with an exponent when it is below -4 or not below `threshold`.
function formatGeneral(value: number, threshold: number): string {
  if (value === 0) return '0';
  const sign = value < 0 ? '-' : '';
  const text = exponential(Math.abs(value), undefined);
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  if (exponent < -4 || exponent >= threshold) return sign + text;
  const digits = text.slice(0, text.indexOf('e')).replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = digits.slice(exponent + 1);
  return sign + (rest === '' ? whole : `${whole}.${rest}`);
}
