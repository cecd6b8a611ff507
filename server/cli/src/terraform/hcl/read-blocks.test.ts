import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readBlocks } from './read-blocks.ts';

const SAMPLE = `# Top
terraform {}

/* two
   lines */
resource "novacron_vm" "web" { // why
  name     = "web-\${var.env == "a" ? "}" : "{"}-01"
  metadata = {
    tier = "web"
    "data.kind" : "pii", environment = var.env
    from = { for k, v in var.x : k => v }
  }
  placement = merge({ zone = "zone-a" }, var.more)
  rules = [
    { port = 22, cidrs = ["10.0.0.0/8", "::/0"] },
    var.rule,
  ]
  user_data = <<-EOT
    resource "fake" "block" {
    }
  EOT
  timeouts {
    create = "5m"
  }
  provisioner "x" {
    a = 1
  }
  provisioner "y" {
    a = 2
  }
  last = 1
}

resource novacron_network net { cidr = "10.0.0.0/16" }
`;

describe('the places of a configuration', () => {
  const { blocks, comments } = readBlocks(SAMPLE);
  const web = blocks[1];

  test('are those of its blocks', () => {
    expect(blocks.map(({ type, labels, row, endRow }) => [type, ...labels, row, endRow])).toEqual([
      ['terraform', 2, 2],
      ['resource', 'novacron_vm', 'web', 6, 32],
      ['resource', 'novacron_network', 'net', 34, 34],
    ]);
    expect(blocks[2]?.places.get('cidr')).toEqual({ row: 34, column: 33 });
  });

  test.each<[string, number, number]>([
    ['name', 7, 3],
    ['metadata', 8, 3],
    ['metadata.tier', 9, 5],
    ['metadata.data.kind', 10, 5],
    ['metadata.environment', 10, 26],
    ['placement', 13, 3],
    ['rules.0', 15, 5],
    ['rules.0.port', 15, 7],
    ['rules.0.cidrs.1', 15, 41],
    ['rules.1', 16, 5],
    ['user_data', 18, 3],
    ['timeouts.create', 23, 5],
    ['provisioner.1.a', 29, 5],
    ['last', 31, 3],
  ])('%s is at %i:%i', (path, row, column) => {
    expect(web?.places.get(path)).toEqual({ row, column });
  });

  test('are those of comments, which are not blocks', () => {
    expect(comments.map(({ text, row }) => [text, row])).toEqual([
      ['Top', 1],
      ['two\n   lines', 4],
      ['why', 6],
    ]);
  });

  test.each([
    ['a string that is never closed', 'resource "a" "b" {\n  x = "never\n  y = 1\n}\n'],
    ['braces that are never closed', 'resource "a" "b" {\n  x = {\n    y = ['],
    ['deep nesting', `resource "a" "b" {\n  x = ${'['.repeat(10_000)}\n}\n`],
    ['deep objects', `resource "a" "b" {\n  x = ${'{ y = '.repeat(10_000)}\n}\n`],
  ])('are reported as far as they can be, for %s', (_what, text) => {
    expect(readBlocks(text).blocks[0]?.places.get('x')).toEqual({ row: 2, column: 3 });
  });

  test('are found in any text without an exception (property)', () => {
    const part = fc.constantFrom(
      ...'{}[]()"\'$%<>=,.#/*\n\\ a1-_'.split(''),
      '<<E\n',
      '${',
      'for ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 80 }), (parts) => {
        const rows = parts.join('').split('\n').length;
        const { blocks } = readBlocks(parts.join(''));
        for (const { row, endRow } of blocks) expect(row <= endRow && endRow <= rows).toBe(true);
      }),
    );
  });
});
