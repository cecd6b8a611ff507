import { describe, expect, test } from '@jest/globals';
import { placeSteps } from './place-steps.ts';

const placesOf = (steps: Parameters<typeof placeSteps>[0]) =>
  placeSteps(steps).map(({ id, row, column }) => `${id} ${row}.${column}`);

describe('steps', () => {
  test('stand below all that they need, beside those of their row', () => {
    expect(
      placesOf([
        { id: 'last', needs: ['slow', 'quick', 'first'] },
        { id: 'first', needs: [] },
        { id: 'slow', needs: ['first'] },
        { id: 'quick', needs: ['first'] },
      ]),
    ).toEqual(['last 2.0', 'first 0.0', 'slow 1.0', 'quick 1.1']);
  });

  test('that need what is not there, or each other, are drawn, too', () => {
    expect(placesOf([{ id: 'a', needs: ['none'] }])).toEqual(['a 0.0']);
    const circle = [
      { id: 'a', needs: ['b'] },
      { id: 'b', needs: ['a'] },
    ];
    expect(placesOf(circle)).toEqual(['a 0.0', 'b 0.1']);
  });
});
