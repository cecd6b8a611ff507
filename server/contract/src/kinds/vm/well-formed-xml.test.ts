import { describe, expect, test } from '@jest/globals';
import { explainMalformedXml } from './well-formed-xml.ts';

const NAMESPACE = 'xmlns="urn:schemas-microsoft-com:unattend"';

describe('well-formed', () => {
  test.each([
    ['an empty element', `<unattend ${NAMESPACE}/>`],
    [
      'a byte order mark and a declaration',
      '\ufeff<?xml version="1.0"?>\r\n<unattend></unattend>\n',
    ],
    [
      'comments and instructions',
      '<!-- a - b --><unattend><?tool a?b?><!----></unattend><!-- c -->',
    ],
    ['entities', '<unattend a=\'"\' b="&lt;">&amp;&#228;&#xe4;</unattend>'],
    ['sections of characters', '<unattend><![CDATA[if (a < b && c[d[0]]) ]]></unattend>'],
    ['elements in elements', '<unattend><a:b c = "d" /><a><b>x</b ></a></unattend>'],
  ])('is %s', (_, text) => {
    expect(explainMalformedXml(text, 'unattend')).toBeUndefined();
  });
});

describe('malformed, with the reason, is', () => {
  test.each([
    ['', 'it has no element'],
    ['secret', 'text is outside the element in line 1'],
    ['<other/>', 'the element must be unattend in line 1'],
    ['<unattend>', 'an element does not end'],
    ['<unattend>\n<a></unattend>', 'an element ends that did not begin last in line 2'],
    ['<unattend/><unattend/>', 'a second element begins in line 1'],
    ['<unattend a="1" a="2"/>', 'an attribute is given twice in line 1'],
    ['<unattend a=1/>', 'a < begins nothing that is known in line 1'],
    ['<unattend>secret & more</unattend>', 'an & is not escaped in line 1'],
    ['<unattend a="&own;"/>', 'an & is not escaped in line 1'],
    ['<!DOCTYPE a [<!ENTITY own "x">]><unattend/>', 'a < begins nothing that is known in line 1'],
    ['<unattend>\n\n< a/></unattend>', 'a < begins nothing that is known in line 3'],
    ['<unattend>\u0001</unattend>', 'a control character is not allowed'],
  ])('%j', (text, reason) => {
    expect(explainMalformedXml(text, 'unattend')).toBe(reason);
  });
});

test('a large document is checked in a moment', () => {
  const text = `<unattend>${'<a b="c">d</a>'.repeat(4_000)}${'<'.repeat(2_000)}`;
  expect(explainMalformedXml(text, 'unattend')).toContain('begins nothing');
  expect(explainMalformedXml(`<unattend ${' a="b"'.repeat(8_000)}`, 'unattend')).toBeDefined();
  expect(explainMalformedXml(`<!--${'-'.repeat(60_000)}`, 'unattend')).toBeDefined();
});
